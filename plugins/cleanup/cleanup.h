/*
 * cleanup.h - what the files of this stage share.
 *
 * A text goes through four steps, one character at a time, and only where the scanner (scan.c)
 * finds something to do; the rest is passed over:
 *
 *   read.c       takes characters from the text, drops and replaces single ones
 *   normalise.c  brings sequences of combining characters into a normal form
 *   layout.c     sees to white space and line ends, and makes the edits
 *
 * What goes from step to step is an item: a character, where it comes from, and the rule that put
 * it there, if it is not as it was.
 */
#ifndef CLEANUP_H
#define CLEANUP_H

#include <quern.h>

/* In the order in which the options name them. */
enum form { FORM_NFC, FORM_NFKC, FORM_NFD, FORM_NFKD, FORM_NONE };
enum on_invalid { INVALID_GUESS, INVALID_REPLACE, INVALID_FAIL };
enum disposal { DISPOSAL_REMOVE, DISPOSAL_KEEP };
enum bidi { BIDI_KEEP, BIDI_REMOVE };
enum no_break { NO_BREAK_KEEP, NO_BREAK_SPACE };
enum quotes { QUOTES_KEEP, QUOTES_STRAIGHT };
enum tabs { TABS_KEEP, TABS_SPACES };
enum dashes { DASHES_KEEP, DASHES_HYPHEN };
enum ellipsis { ELLIPSIS_KEEP, ELLIPSIS_DOTS };
enum ligatures { LIGATURES_KEEP, LIGATURES_SPLIT };
enum width { WIDTH_KEEP, WIDTH_FOLD };
enum disguises { DISGUISES_KEEP, DISGUISES_PLAIN };
enum markup { HTML_KEEP, HTML_UNESCAPE, HTML_STRIP };

/* An instance of the stage: its options, and what is known about the characters met so far. */
struct cleanup {
    const char *encoding;
    int on_invalid, unicode, controls, zero_width, bidi, no_break_spaces, quotes, tabs, primes,
        dashes, ellipsis, ligatures, width, disguises, private_use, soft_hyphens, html;
    int64_t tab_width, blank_lines;
    bool mojibake, trailing_space, final_newline;
    uint8_t *classes; /* by code point; 0 where not known yet */
};

/* ---- Rules ---- */

/* The normal forms stand in the order of enum form. */
#define CLEANUP_RULES(X)                                                                           \
    X(RULE_NONE, "")                                                                               \
    X(RULE_NFC, "nfc")                                                                             \
    X(RULE_NFKC, "nfkc")                                                                           \
    X(RULE_NFD, "nfd")                                                                             \
    X(RULE_NFKD, "nfkd")                                                                           \
    X(RULE_WINDOWS_1252, "windows-1252")                                                           \
    X(RULE_BOM, "byte-order-mark")                                                                 \
    X(RULE_LINE_END, "line-end")                                                                   \
    X(RULE_CONTROL, "control")                                                                     \
    X(RULE_NONCHARACTER, "noncharacter")                                                           \
    X(RULE_PRIVATE_USE, "private-use")                                                             \
    X(RULE_SOFT_HYPHEN, "soft-hyphen")                                                             \
    X(RULE_ZERO_WIDTH, "zero-width")                                                               \
    X(RULE_BIDI, "bidi-control")                                                                   \
    X(RULE_NO_BREAK, "no-break-space")                                                             \
    X(RULE_QUOTE, "straight-quote")                                                                \
    X(RULE_PRIME, "straight-prime")                                                                \
    X(RULE_DASH, "hyphen")                                                                         \
    X(RULE_ELLIPSIS, "ellipsis")                                                                   \
    X(RULE_LIGATURE, "ligature")                                                                   \
    X(RULE_WIDTH, "width")                                                                         \
    X(RULE_DISGUISE, "disguise")                                                                   \
    X(RULE_TAB, "tab")                                                                             \
    X(RULE_TRAILING_SPACE, "trailing-space")                                                       \
    X(RULE_BLANK_RUN, "blank-run")                                                                 \
    X(RULE_TEXT_START, "text-start")                                                               \
    X(RULE_TEXT_END, "text-end")                                                                   \
    X(RULE_FINAL_NEWLINE, "final-newline")

enum rule {
#define CLEANUP_RULE_NUMBER(number, name) number,
    CLEANUP_RULES(CLEANUP_RULE_NUMBER)
#undef CLEANUP_RULE_NUMBER
};

/* ---- Classes of characters (class.c) ---- */

enum {
    CLASS_KNOWN = 1,
    CLASS_SPECIAL = 2,   /* read.c has something to do with it */
    CLASS_SPACE = 4,     /* white space, as it is once read.c has seen it */
    CLASS_TRAILING = 8,  /* may change places with, or be composed with, what is before it */
    CLASS_CHECK = 16,    /* is not in the normal form, or may not be */
    CLASS_JOINED = 32,   /* a joiner behind it means something */
    CLASS_UNSPACED = 64, /* of a script that may need zero-width spaces between words */
    CLASS_SOLE = 128     /* a letter or a space: no variant can be selected */
};

/* What read.c does with a character, under the options given. */
enum kind {
    KIND_PLAIN,
    KIND_CONTROL,
    KIND_LINE_END,
    KIND_INVALID,
    KIND_BOM,
    KIND_ZERO_WIDTH_SPACE,
    KIND_ZERO_WIDTH,
    KIND_JOINER,
    KIND_BIDI_MARK,
    KIND_BIDI_CONTROL,
    KIND_SELECTOR,
    KIND_TAG,
    KIND_MARK,
    KIND_NONCHARACTER,
    KIND_PRIVATE_USE,
    KIND_SOFT_HYPHEN,
    KIND_SUBSTITUTE
};

enum kind kind_of(const struct cleanup *options, uint32_t code);
uint8_t classify(const struct cleanup *options, uint32_t code);

/* Canonical_Combining_Class: the order of marks; 0 for what is no mark. */
uint8_t combining_class(uint32_t code);

static inline uint8_t class_of(const struct cleanup *options, uint32_t code)
{
    uint8_t *class = &options->classes[code];
    if (!*class)
        *class = classify(options, code);
    return *class;
}

/* Whether a character stands as it is and begins a new sequence, whatever is around it. */
static inline bool class_is_plain(uint8_t class)
{
    return !(class & (CLASS_SPECIAL | CLASS_SPACE | CLASS_TRAILING | CLASS_CHECK));
}

/* ---- Substitutes (substitute.c) ---- */

enum { SUBSTITUTE_MAX = 4 };

struct substitute {
    enum rule rule;
    size_t count;
    int32_t codes[SUBSTITUTE_MAX];
};

/* What the options put in the place of a character; false when it stays. */
bool substitute_read(const struct cleanup *options, uint32_t code, struct substitute *substitute);

/* ---- Scanning (scan.c) ---- */

/* What counts as work for the scanner beside control and non-ASCII characters. */
struct scan {
    bool tabs;        /* every tab */
    bool blank_lines; /* every blank line */
    bool blank_runs;  /* every blank line that follows another */
};

/* The first place in [from, size) that may need work: a byte that is not ASCII, a control
 * character other than LF and, unless they are work, TAB; a LF after a space or a tab, or the end of
 * a blank line that is work. `size` when there is none. */
size_t scan_clean(const char *text, size_t from, size_t size, struct scan scan);
size_t scan_clean_scalar(const char *text, size_t from, size_t size, struct scan scan);

/* The first byte in [from, size) that is not ASCII; `size` when there is none. */
size_t scan_ascii(const char *text, size_t from, size_t size);
size_t scan_ascii_scalar(const char *text, size_t from, size_t size);

/* The first `&` or `<` in [from, size); `size` when there is none. */
size_t scan_markup(const char *text, size_t from, size_t size);
size_t scan_markup_scalar(const char *text, size_t from, size_t size);

/* ---- Passes of their own, before the others ----
 *
 * Each has its own editor, and says whether it has changed anything. */

/* encoding.c: whether iconv knows an encoding of that name. */
bool encoding_is_known(const char *name);
/* decode.c: decodes a source that is not UTF-8. Comes first, and once. */
quern_verdict source_decode(const struct cleanup *options, quern_document *doc, quern_call *call);

/* html.c: character references and tags. */
quern_verdict html_decode(const struct cleanup *options, quern_document *doc, quern_call *call,
                          bool *changed);

/* Writes a character in UTF-8, four bytes at most; returns how many. */
size_t encode_character(uint32_t code, char *to);

/* ---- Items ---- */

#define NOTHING UINT32_MAX

struct item {
    uint32_t begin, end; /* in the text; empty for what follows from the item before */
    uint32_t code;       /* or NOTHING, where [begin, end) is dropped */
    enum rule rule;      /* RULE_NONE where [begin, end) stands as it is */
};

/* An array in scratch memory that grows. */
struct array {
    void *items;
    size_t count, capacity;
};

/* ---- The cleaner ---- */

struct edit {
    uint32_t begin, end;
    uint32_t with, size; /* in the layout's `bytes` */
    enum rule rule;
};

/* White space since the last character that is none, and the edits that wait for its end. */
struct layout {
    struct array edits; /* struct edit */
    struct array bytes;
    bool at_start; /* nothing but white space so far */
    bool in_gap;   /* in white space */
    bool fed;      /* the last character that is no white space was a form feed */
    size_t newlines;
    bool spaces;                    /* the current line has white space other than its end */
    size_t line_begin, first_end;   /* of the white space in this line; behind the first line end */
    size_t line_edits, first_edits; /* how many edits there were then */
    size_t counted, column;         /* for tabs: a place, and the column there */
};

struct cleaner {
    const struct cleanup *options;
    quern_document *doc;
    quern_call *call;
    quern_editor *edit;
    quern_string text;
    bool failed; /* memory is short */
    bool edited;

    bool started;                    /* a character that is no white space has been read */
    uint8_t base;                    /* class of the last character that began a sequence */
    unsigned marks;                  /* behind it, where they are counted */
    size_t hidden;                   /* bidi controls that stay */
    size_t hidden_begin, hidden_end; /* the first of them */

    quern_changes changes; /* for U+FFFD: the way back to the ill-formed bytes */
    size_t change;         /* the first that may still matter */
    uint64_t decoded;      /* up to where the source has been decoded anew */
    bool windows;          /* ill-formed bytes are Windows-1252 */

    struct array sequence;     /* struct item */
    struct array codes, spare; /* int32_t */

    struct layout layout;
};

/* Room for one more in an array; NULL, and the cleaner fails, when memory is short. */
void *array_add(struct cleaner *cleaner, struct array *array, size_t size);
bool array_reserve(struct cleaner *cleaner, struct array *array, size_t wanted, size_t size);

/* Reads the character at `*place` and steps over it. */
void read_character(struct cleaner *cleaner, size_t *place);

/* windows1252.c: whether the source had ill-formed bytes that are still in the text. */
bool invalid_present(const quern_document *doc);
/* Looks at the ill-formed bytes of the source and decides what they are. Returns
 * the change that stands for the first of them, or NULL when there are none. */
const quern_change *invalid_judge(struct cleaner *cleaner);
/* The change behind the U+FFFD at `place`, or NULL when it was one already in the source. */
const quern_change *invalid_find(struct cleaner *cleaner, size_t place);
uint32_t windows1252_decode(uint8_t byte);

/* mojibake.c: undoes what came of reading UTF-8 in another encoding. */
quern_verdict mojibake_repair(quern_document *doc, quern_call *call, bool *changed);

/* Takes one item; it may wait for those that follow. */
void sequence_add(struct cleaner *cleaner, struct item item);
void sequence_end(struct cleaner *cleaner);

void layout_add(struct cleaner *cleaner, struct item item);
/* A character that is no white space, and not changed, comes next. */
void layout_pause(struct cleaner *cleaner);
void layout_end(struct cleaner *cleaner);

#endif
