/*
 * depaginate.h - what the files of this stage share.
 *
 * A text goes through these steps:
 *
 *   lines.c       a table of the lines
 *   measure.c     what one line looks like: columns, letters, a mask
 *   numbers.c     page numbers, as they stand at the edges of a line, with numerals.c
 *   sequences.c   lines that may be the furniture of a run of pages, one a page: numbers that grow by
 *                 one (nodes.c, chains.c), lines that recur (recurring.c), form feeds
 *   furniture.c   from that line to all that stands around the break, by likeness.c
 *   evidence.c    how much speaks for the breaks being those of pages, with join.c
 *   pages.c       decides, with places.c, weighing.c, alone.c and report.c
 *   marks.c       page marks that stand alone
 *   inline.c      page marks in the running text
 *   breaks.c      whether the paragraph goes on behind a break, with paragraphs.c
 *   edit.c        takes out what was found, with sides.c
 *   hyphens.c     words that were parted at the end of a line or a page, with words.c
 *   unwrap.c      hard-wrapped paragraphs into one line each
 *   columns.c     whether two columns stand side by side
 *   patterns.c    lines that the user wants kept or taken out
 *   spans.c       keeps the pages as spans
 *   list.c        lists that grow
 */
#ifndef DEPAGINATE_H
#define DEPAGINATE_H

#include <quern.h>

#include <string.h>

/* What sets a part of a line off from the rest, in columns; and how wide a line of hard-wrapped text
 * can be: a longer one is a paragraph. */
enum { WIDE_GAP = 3, WRAPPED_MAX = 120 };

/* ---- The stage (depaginate.c, patterns.c) ---- */

struct patterns {
    struct pattern *items;
    size_t count;
    void *context;
};

/* False when one cannot be used: after quern_refuse() for each that is wrong, or quern_fail(). To be
 * closed in any case. */
bool patterns_open(struct patterns *patterns, const char *option, quern_list list,
                   quern_call *call);
void patterns_close(struct patterns *patterns);
bool patterns_match(const struct patterns *patterns, quern_string text);

/* A set of words, in small letters. */
struct words {
    quern_call *call; /* NULL: it outlives the call, and words_free() ends it */
    uint32_t *slots;  /* hashes; 0 where there is none */
    uint32_t mask;
    size_t count;
};

struct depaginate {
    double confidence;
    int64_t lines_per_page, min_pages;
    quern_list keep, remove;
    bool join, hyphens, unwrap, report;
    const char *words;
    struct patterns kept, removed; /* compiled from `keep` and `remove` */
    struct words known;            /* from the file `words` */
};

/* ---- Characters ---- */

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static inline bool ends_with(quern_string text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size && !memcmp(text.data + text.size - size, end, size);
}

/* ---- Lists (list.c) ---- */

enum { LIST_BLOCK = 256 };

/* Items of one size, which stay where they are. */
struct list {
    quern_call *call;
    size_t item_size;
    char **blocks; /* of LIST_BLOCK items */
    size_t count, room;
};

/* A new item, of zeros, at the end; NULL when memory is short. */
void *list_add(struct list *list);

static inline void *list_at(const struct list *list, size_t i)
{
    return list->blocks[i / LIST_BLOCK] + i % LIST_BLOCK * list->item_size;
}

/* ---- Lines (lines.c, measure.c) ---- */

enum {
    LINE_BLANK = 1,
    LINE_FEED = 2,   /* a form feed stands before its text */
    LINE_LONG = 4,   /* too long for furniture: neither mask nor numbers are known */
    LINE_DIGIT = 8,  /* holds a digit */
    LINE_PROSE = 16, /* three words or more, most of it letters */
    LINE_LOWER = 32, /* its first letter is a small one, and nothing but a quote is before it */
    LINE_OPEN = 64,  /* ends in a small letter, a comma, a hyphen: the sentence goes on */
    LINE_GAP = 128   /* three spaces or more stand within it */
};

/* A line's text is [text, end), without blanks around it; `begin` is where the line before ended.
 * There is one for each line of the text, of 28 bytes. A blank line knows the lines with text around
 * it, so that a long run of blank ones is passed over in one step. */
struct line {
    uint32_t begin, text, end;
    uint32_t row; /* lines before it, when long ones are wrapped */
    union {
        uint32_t mask;  /* equal for lines that differ in digits and the number of spaces alone */
        uint32_t above; /* of a blank line: the last line with text; UINT32_MAX for none */
    };
    union {
        struct {
            uint16_t indent, width; /* columns: before the text; of indent and text */
        };
        uint32_t below; /* of a blank line: the next line with text */
    };
    uint16_t letters;
    uint8_t flags;
    uint8_t gap; /* the widest run of spaces in it */
};

struct lines {
    quern_string text;
    struct line *items; /* one more than `count`, which begins at the end of the text */
    size_t count;
};

/* Fills in all but `begin` and `row` of a line that ends at `end`. */
void line_measure(struct line *line, const char *text, size_t end);

/* False when memory is short. */
bool lines_read(struct lines *lines, quern_string text, quern_call *call);

/* The next line with text after `line`, or before it; `count`, or SIZE_MAX, when there is none. */
size_t lines_after(const struct lines *lines, size_t line);
size_t lines_before(const struct lines *lines, size_t line);

static inline bool line_is_blank(const struct lines *lines, size_t line)
{
    return lines->items[line].flags & LINE_BLANK;
}

static inline quern_string line_text(const struct lines *lines, size_t line)
{
    const struct line *item = &lines->items[line];
    return (quern_string){lines->text.data + item->text, item->end - item->text};
}

/* A line of running text. */
static inline bool line_is_prose(const struct lines *lines, size_t line)
{
    return (lines->items[line].flags & (LINE_PROSE | LINE_GAP | LINE_LONG)) == LINE_PROSE;
}

/* Whether a sentence goes on behind a line, so that the line was as full as could be. */
static inline bool line_is_full(const struct lines *lines, size_t line)
{
    return line_is_prose(lines, line) && line_is_prose(lines, line + 1) &&
           lines->items[line].flags & LINE_OPEN && lines->items[line + 1].flags & LINE_LOWER;
}

/* ---- Numbers (numbers.c, numerals.c) ---- */

enum number_kind { NUMBER_NONE, NUMBER_ARABIC, NUMBER_ROMAN, NUMBER_ROMAN_CAPITAL, NUMBER_LETTER };

/* Where in a line a number stands. */
enum slot { SLOT_ALONE, SLOT_LEFT, SLOT_RIGHT, SLOT_PAGE };

struct number {
    uint32_t begin, end; /* in the text, without what decorates it */
    uint32_t value;
    uint32_t prefix; /* hash of what stands before it in the same word: "S701", "A-3"; 0 if none */
    uint32_t of;     /* the number of pages, where the line tells it; else 0 */
    enum number_kind kind;
    enum slot slot;
    bool wide;   /* set off from the rest of the line by three spaces or more */
    bool listed; /* "3.", "3)", "3," before other text, as in a list */
    bool marked; /* after "page" or the like, or in dashes or brackets */
    bool dashed; /* in dashes, or the like, on both sides: "- 3 -" */
};

enum { NUMBERS_PER_LINE = 4 };

/* The numbers of a line that may be that of a page; returns how many. */
size_t numbers_find(const struct lines *lines, size_t line,
                    struct number numbers[NUMBERS_PER_LINE]);

/* A whole word as a number: digits, or a roman numeral in its one proper form. */
enum number_kind number_parse(quern_string word, uint32_t *value);

enum { ROMAN_MAX = 15 }; /* letters of a roman numeral */

bool number_parse_digits(quern_string word, uint32_t *value);

/* What one letter of a roman numeral is worth; 0 for any other. */
uint32_t number_roman_digit(char c);

/* The number of a mark, given what stands between its brackets: "Pg 10", "10". Places in it are
 * counted from its start. */
bool number_in_mark(quern_string inner, struct number *number);

/* ---- Sequences (sequences.c) ---- */

/* A line of a sequence, and the page number that it shows. */
struct member {
    uint32_t line;
    uint32_t value;      /* 0 when it shows none */
    uint32_t begin, end; /* where the number stands */
};

enum sequence_kind { SEQUENCE_NUMBERS, SEQUENCE_RECURRING, SEQUENCE_FEEDS };

/* Lines that may be the furniture of consecutive pages, one a page. For form feeds, the line that
 * the form feed stands before. */
struct sequence {
    const struct member *members;
    size_t count;
    enum sequence_kind kind;
    enum number_kind numbers;
    bool narrow;  /* most numbers follow other text as a word does */
    bool named;   /* most numbers stand after "page", or in dashes or brackets */
    double prior; /* what speaks for it from the form of its lines alone */
};

static inline struct sequence *sequence_at(const struct list *sequences, size_t i)
{
    return list_at(sequences, i);
}

/* Collects what could be sequences. False when memory is short. */
bool sequences_find(struct list *found, const struct lines *lines, quern_call *call);

/* ---- Likeness of two lines (likeness.c) ---- */

enum likeness { UNLIKE, ALIKE, GROWN };

/* Whether two lines are the same furniture, `pages` pages apart: their letters agree, and their
 * numbers do, but for at most one, which has grown by `pages`. */
enum likeness lines_compare(const struct lines *lines, size_t a, size_t b, uint32_t pages);

/* The same, when some letters were misread. */
bool lines_resemble(const struct lines *lines, size_t a, size_t b, uint32_t pages);

/* ---- Furniture (furniture.c) ---- */

/* A place where a page may end. Lines between `above` and `below` are furniture or blank. */
struct page_end {
    size_t above, below; /* lines of the body; SIZE_MAX and the number of lines at the ends */
    size_t line;         /* of furniture, that the place was found by; or behind its form feed */
    uint32_t value;      /* the page number that was found there; 0 for none */
    uint32_t begin, end; /* where that stands in the text */
    bool outer;          /* the start or the end of the text: a page, but no evidence */
};

/* Where the places of one sequence are worked on, and then those of the next. */
struct bench {
    struct page_end *places;
    uint32_t *rows, *lengths; /* by page */
    uint8_t *matches;         /* by place */
    bool *active;
};

/* What lines around the places were found to be furniture. */
struct growth {
    unsigned alike; /* ranks of lines that recur as they are */
    unsigned grown; /* ranks of lines with a number that grows */
    bool endless;   /* what looked like furniture did not end: the text is made of blocks */
};

/* Adds to the places on the bench the lines around them that recur from page to page. `anchored`
 * when they hold a line of furniture already. */
void places_grow(const struct lines *lines, const struct bench *bench, size_t count, bool anchored,
                 struct growth *growth);

/* ---- Whether a paragraph goes on (join.c) ---- */

enum { JOINT_ENDS = 11, JOINT_STARTS = 7, JOINT_INDENTS = 3, JOINT_FILLS = 3 };

/* How the upper of two lines ends and the lower one starts, how the latter is indented against the
 * former, and whether its first word would have found room there. */
struct pair {
    unsigned end, start, indent, fill;
};

/* `width` is that of a full line: what one line in twenty reaches. */
unsigned lines_full_width(const struct lines *lines);
struct pair pair_classify(const struct lines *lines, unsigned width, size_t above, size_t below);

/* Whether one of the lines from `from` to `to` is taken. */
bool lines_any(const uint8_t *taken, size_t from, size_t to);

/* How often a blank line stands between two lines of the text, by how the upper one ends and the
 * lower one starts; [1] counts those with a blank line. */
struct joints {
    unsigned width; /* of a full line */
    size_t total[2];
    uint32_t ends[JOINT_ENDS][2], starts[JOINT_STARTS][2];
    uint32_t words[JOINT_ENDS][JOINT_STARTS][2];
    uint32_t shape[JOINT_INDENTS][JOINT_FILLS][2];
};

/* Counts, leaving out what touches lines that are `taken`. */
void joints_learn(struct joints *joints, const struct lines *lines, const uint8_t *taken);

/* The logarithm of the odds that a new paragraph begins with `below`, given that the line before it
 * is `above`; and by how much the two lines change these odds. */
double joints_odds(const struct joints *joints, const struct lines *lines, size_t above,
                   size_t below);
double joints_evidence(const struct joints *joints, const struct lines *lines, size_t above,
                       size_t below);

/* The share of lines with a blank line before them. */
double joints_blank_share(const struct joints *joints);

/* ---- Evidence (evidence.c) ---- */

/* How much speaks for some places being the breaks of pages, as logarithms of odds: that pages
 * are equally long, and that the text goes on behind them. */
struct weight {
    double regularity, sentences;
    double near, close; /* share of pages about as long as the median, and very nearly so */
    uint32_t rows;      /* the median */
    size_t likely;      /* places at which the text may well go on */
};

/* `lines_per_page` is 0 when it is not known. */
void places_weigh(const struct lines *lines, const struct joints *joints, const struct bench *bench,
                  size_t count, uint32_t lines_per_page, struct weight *weight);

/* ---- Marks (marks.c) ---- */

/* Whether a line is a page mark by its form alone, such as "Page 1 of 2" at the end of the text, or
 * a head with "Page 7" in the middle of a sentence. */
bool mark_stands_alone(const struct lines *lines, size_t line, struct number *number);

/* Whether a sentence goes on from one line to another beyond doubt. */
bool sentence_goes_on(const struct lines *lines, size_t above, size_t below);

/* ---- Marks in the text (inline.c) ---- */

/* A mark in brackets, [begin, end). */
struct mark {
    uint32_t line, begin, end;
    uint32_t value, prefix, number_begin, number_end;
    enum number_kind kind;
    uint32_t run; /* the first of its run, counted from 1 */
    bool named;   /* with "page" or the like */
    bool twice;   /* in double brackets */
    bool alone;   /* the line holds nothing else */
    bool page;    /* a page mark */
};

/* The page marks of a text, but for those in lines that have parts set off. False when memory is
 * short. */
bool marks_find(struct mark **found, size_t *count, const struct lines *lines, quern_call *call);

/* ---- Pages (pages.c) ---- */

/* What was decided about a text. */
struct pages {
    struct page_end *places; /* in text order; those at the start and the end of the text too */
    size_t count;
    uint8_t *taken;              /* by line: lies between the lines of a place */
    const struct patterns *kept; /* lines that match stay, wherever they stand */
    struct mark *marks;          /* in the running text */
    size_t mark_count;
};

/* Finds the pages of a text; none when it has none. False when memory is short. */
bool pages_find(struct pages *pages, const struct lines *lines, const struct depaginate *depaginate,
                quern_call *call);

/* ---- Breaks (breaks.c) ---- */

/* How the text is put together where a place was taken out. */
enum joint { JOINT_LINE, JOINT_PARAGRAPH, JOINT_SPACE };

/* For each place, whether a new paragraph begins behind it. With `join`, paragraphs that are lines
 * of their own are put together where one goes on. NULL when memory is short. */
uint8_t *breaks_decide(const struct pages *pages, const struct lines *lines, bool join,
                       quern_call *call);

/* ---- Heads and feet (sides.c) ---- */

/* Lines of furniture at the top of the first page, and at the end of the last. */
struct sides {
    size_t heads, feet;
};

struct sides sides_find(const struct pages *pages, const struct lines *lines);

/* The line from which on the furniture of a place belongs to the page that follows. */
size_t sides_first_head(struct sides sides, const struct page_end *place,
                        const struct lines *lines);

/* ---- Words (words.c) ---- */

/* The words of a text; those of a file, one a line. False when memory is short, or the file cannot
 * be read. */
bool words_read(struct words *words, const struct lines *lines, quern_call *call);
bool words_load(struct words *words, const char *path);
void words_free(struct words *words);

/* Whether the word that these three make together is one of them. */
bool words_have(const struct words *words, quern_string front, quern_string between,
                quern_string back);

/* ---- Hyphens (hyphens.c) ---- */

struct hyphens {
    const struct lines *lines;
    struct words words; /* of the text */
    const struct words *known;
    bool hard; /* plain hyphens at line ends belong to the words */
};

/* False when memory is short. */
bool hyphens_read(struct hyphens *hyphens, const struct lines *lines, const struct words *known,
                  quern_call *call);

bool ends_hyphened(quern_string text);

/* How many bytes the hyphen at the end of a line takes, when it only marks where the line broke. */
size_t hyphen_to_cut(const struct hyphens *hyphens, size_t above, size_t below);

/* ---- Edits (edit.c) ---- */

/* `hyphens` may be NULL: then they stay. */
void pages_edit(quern_editor *edit, const struct pages *pages, const struct lines *lines,
                const uint8_t *joints, const struct hyphens *hyphens);

/* ---- Spans (spans.c) ---- */

/* Adds the layer "page": what stood on each page, with the number that the page showed. */
void pages_add_layer(quern_document *doc, const struct pages *pages, const struct lines *lines);

/* ---- Columns (columns.c) ---- */

bool columns_stand_side_by_side(const struct lines *lines);

/* ---- Paragraphs (unwrap.c) ---- */

/* Puts each hard-wrapped paragraph into one line. `hyphens` may be NULL: then they stay. */
void lines_unwrap(quern_editor *edit, const struct lines *lines, const struct hyphens *hyphens);

#endif
