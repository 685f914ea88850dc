/*
 * quern.h - how to write a stage for Quern.
 *
 * Quern streams documents through stages. A stage is a table of options and one to four short
 * functions; a plugin is the shared object that holds it. This header is all that a plugin
 * includes, and it is the manual: read it once from the top.
 *
 * A whole stage, which the test-suite compiles from this very comment and runs:
 *
 * [example squeeze.c]
 * // squeeze: at most `keep` blank lines in a run.
 * #include <quern.h>
 *
 * struct squeeze { int64_t keep; };
 *
 * static const quern_option options[] = {
 *     QUERN_INT(struct squeeze, keep, 1, 0, 100, "blank lines that a run may keep"),
 *     QUERN_END,
 * };
 *
 * static quern_verdict process(void *state, quern_document *doc, quern_call *call)
 * {
 *     const struct squeeze *squeeze = state;
 *     quern_editor *edit = quern_edit(doc, call);
 *     int64_t blank = 0;
 *     for (quern_line line = {0}; quern_next_line(quern_text(doc), &line);) {
 *         blank = line.blank ? blank + 1 : 0;
 *         if (blank > squeeze->keep)
 *             quern_cut(edit, line.begin, line.next, "blank-run");
 *     }
 *     return quern_commit(edit);
 * }
 *
 * QUERN_PLUGIN(squeeze) = {
 *     QUERN_HEAD("squeeze"),
 *     .summary = "Squeezes runs of blank lines",
 *     .version = "1.0",
 *     .mode = QUERN_EACH,
 *     .state_size = sizeof(struct squeeze),
 *     .options = options,
 *     .preserves = QUERN_ALL_SPANS,
 *     .process = process,
 * };
 * [end]
 *
 *     cc -std=c17 -shared -fPIC $(pkg-config --cflags quern) squeeze.c -o squeeze.so
 *     quern stage squeeze --plugin-dir . --keep 0 < draft.txt
 *
 * Units: every offset and size is in bytes of UTF-8, every half-open range is [begin, end).
 * Ownership: what a function hands out belongs to the document, or to the call, that it was asked
 * of. A stage frees nothing but what it allocated by other means.
 * Errors are sticky: a document, or an editor, that ran into one remembers it, and the runner
 * fails a document that comes out of a stage with one. A stage may check, but what it forgets to
 * check cannot let a document pass half done.
 */
#ifndef QUERN_H
#define QUERN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QUERN_VERSION "0.1.0"

/* The plugin interface that this header describes, and the oldest that the loader still takes. */
#define QUERN_ABI 2
#define QUERN_ABI_OLDEST 1

/* The longest text that a document can hold, in bytes: offsets in spans are 32 bits wide, so that
 * a token takes 16 bytes and a layer of them stays in the cache. */
#define QUERN_TEXT_MAX UINT32_MAX

#if defined(__GNUC__)
#define QUERN_API __attribute__((visibility("default")))
#define QUERN_PRINTF(nth, first) __attribute__((format(printf, nth, first)))
#else
#define QUERN_API
#define QUERN_PRINTF(nth, first)
#endif

/* ---- Status ------------------------------------------------------------------------------- */

#define QUERN_STATUSES(X)                                                                          \
    X(QUERN_OK, "no error")                                                                        \
    X(QUERN_NO_MEMORY, "out of memory, or over the memory limit")                                  \
    X(QUERN_BAD_RANGE, "a range does not lie within the text, or is empty where it may not be")    \
    X(QUERN_NOT_ASCENDING, "edits overlap, or do not come in ascending order")                     \
    X(QUERN_NOT_UTF8, "text is not valid UTF-8, or a range cuts through a character")              \
    X(QUERN_NOT_JSON, "a value is not valid JSON")                                                 \
    X(QUERN_TOO_LARGE, "over 4 GiB of text, 1,024 layers, or 256 attributes of a span")            \
    X(QUERN_RESERVED_KEY, "a record gives this key a meaning of its own")                          \
    X(QUERN_EDITOR_OPEN, "an editor is already open on the document")

typedef enum quern_status {
#define QUERN_STATUS_CODE(code, text) code,
    QUERN_STATUSES(QUERN_STATUS_CODE)
#undef QUERN_STATUS_CODE
} quern_status;

/* What a status means, in English. A constant; never NULL. */
QUERN_API const char *quern_status_text(quern_status status);

/* ---- Strings ------------------------------------------------------------------------------ */

/* Bytes that somebody else owns. Not ended by a NUL, and may hold some. `data` is NULL where the
 * thing asked for does not exist; an empty string has a `data` that is not NULL. */
typedef struct quern_string {
    const char *data;
    size_t size;
} quern_string;

/* A string literal as a quern_string. */
#define QUERN_STRING(literal) ((quern_string){"" literal, sizeof(literal) - 1})

QUERN_API bool quern_string_equal(quern_string a, quern_string b);

/* ---- Documents ---------------------------------------------------------------------------- */

/* A document is a text, spans on it, metadata, and the way back to its source. */
typedef struct quern_document quern_document;

/* What a stage is told while one of its functions runs: the step of the pipeline that it is, where
 * to send messages and new documents. Good only until that function returns. */
typedef struct quern_call quern_call;

/* A new, empty document, which the caller owns; NULL when memory is short. */
QUERN_API quern_document *quern_document_new(void);

/* Frees a document that the caller owns. NULL is allowed. */
QUERN_API void quern_document_free(quern_document *doc);

/* Makes `text` the text and the source of a document, and forgets its spans and changes. The bytes
 * are copied. Ill-formed UTF-8 becomes U+FFFD, one for each maximal subpart (Unicode 15, section
 * 3.9), and is recorded as a change. Not while an editor is open. */
QUERN_API quern_status quern_set_text(quern_document *doc, quern_string text);

/* The text: valid UTF-8. It may hold NULs, and one more follows it, which does not count: a function
 * that reads on to a character that it does not look for stays within bounds. Good until the next
 * commit. */
QUERN_API quern_string quern_text(const quern_document *doc);

/* The bytes that the document was read from, whatever their encoding. `data` is NULL when only
 * the changes came along, as in a record that an earlier run has written. */
QUERN_API quern_string quern_source(const quern_document *doc);

/* The document's identifier. Valid UTF-8; empty when it has none. */
QUERN_API quern_string quern_id(const quern_document *doc);

/* Gives the document an identifier, valid UTF-8, which is copied. */
QUERN_API quern_status quern_set_id(quern_document *doc, quern_string id);

/* The first error that the document ran into, or QUERN_OK. */
QUERN_API quern_status quern_document_status(const quern_document *doc);

/* Memory that lives as long as the document does, aligned for any type, set to zero. NULL when
 * memory is short, and for the sake of overflow checks also when `count * size` is too large. */
QUERN_API void *quern_alloc(quern_document *doc, size_t count, size_t size);

/* The same, but only until the function that was called with `call` returns. */
QUERN_API void *quern_scratch(quern_call *call, size_t count, size_t size);

/* ---- Reading text ------------------------------------------------------------------------- */

/* A line: its text is [begin, end), its line end [end, next). `blank` when it holds nothing but
 * spaces, tabs, and other characters of Unicode's White_Space. LF, CR LF and CR end a line, and
 * so does the end of the text. A line end at the end of the text is not followed by a line. */
typedef struct quern_line {
    size_t begin, end, next;
    bool blank;
} quern_line;

/* Steps to the next line; start with a quern_line of zeros. False, and `line` as it was, when
 * there is none. */
QUERN_API bool quern_next_line(quern_string text, quern_line *line);

/* Decodes the character at `*position`, steps over it, and returns its code point. `text` must be
 * valid UTF-8 and `*position` the start of a character before the end of it. */
QUERN_API uint32_t quern_next_char(quern_string text, size_t *position);

/* ---- Edits -------------------------------------------------------------------------------- */

/*
 * Text is changed in one forward pass. Open an editor, replace ranges of the text in ascending
 * order, commit. The text stays as it was until the commit, which builds the new one in a single
 * copy whatever the number of edits, moves every span, and brings the way back to the source up
 * to date. A commit without an edit costs nothing.
 *
 * What becomes of a span [b, e):
 *   The new text of an edit belongs to the span if the span covers the whole of the range that
 *   was replaced; text that is inserted (an empty range) belongs to it if the place is strictly
 *   inside, b < place < e. Of its old text it keeps what was not replaced. A span that has no
 *   text left is removed.
 *
 * What becomes of the origin:
 *   Text that no edit touches keeps its origin. New text in place of [x, y) has as its origin the
 *   smallest range of the source that covers the origins of all bytes of [x, y). Text that is
 *   inserted at x has the range from where the origin of the byte at x begins (at the end of the
 *   text: the end of the source) to where the origin of the byte before x ends; where these two do
 *   not overlap, the empty range at the former.
 */
typedef struct quern_editor quern_editor;

/* Opens an editor. Never NULL: when memory is short or another editor is open on the document, the
 * error is kept and the commit reports it. `call` gives the changes the name of their stage; it may
 * be NULL. The editor belongs to the document and ends with its commit. */
QUERN_API quern_editor *quern_edit(quern_document *doc, quern_call *call);

/* Puts `with`, valid UTF-8, in place of [begin, end). The ranges come in ascending order, do not
 * overlap, and begin and end between characters. `rule` says why, in a word or two such as
 * "page-mark"; it is a constant, or lives as long as the stage. */
QUERN_API void quern_replace(quern_editor *edit, size_t begin, size_t end, quern_string with,
                             const char *rule);

/* Takes [begin, end) out; an empty range changes nothing. */
QUERN_API void quern_cut(quern_editor *edit, size_t begin, size_t end, const char *rule);

/* Puts `with` in at `place`. */
QUERN_API void quern_insert(quern_editor *edit, size_t place, quern_string with, const char *rule);

/* What a stage's `process` answers. */
typedef enum quern_verdict {
    QUERN_PASS, /* the document goes on */
    QUERN_DROP, /* it ends here, as intended; see quern_drop() */
    QUERN_HOLD, /* the stage keeps it, and owns it from now on; only for QUERN_STREAM */
    QUERN_FAIL  /* the stage could not do its work on it; see quern_fail() */
} quern_verdict;

/* Applies the edits and ends the editor. QUERN_FAIL, with the document's text and spans as they
 * were, when one of them was wrong or memory is short; quern_document_status() says which. */
QUERN_API quern_verdict quern_commit(quern_editor *edit);

/* Ends the editor without any change. */
QUERN_API void quern_abandon(quern_editor *edit);

/* One edit on its own: opens, replaces, commits. Each costs a copy of the text. */
QUERN_API quern_verdict quern_splice(quern_document *doc, quern_call *call, size_t begin,
                                     size_t end, quern_string with, const char *rule);

/* ---- The way back to the source ----------------------------------------------------------- */

/* Where a stretch of the text came from: the smallest range of the source that covers it, and
 * whether the text is that range, byte for byte. */
typedef struct quern_origin {
    uint64_t begin, end;
    bool copied;
} quern_origin;

/* The origin of [begin, end), a range within the text. An empty range has the origin of text that
 * would be inserted there. */
QUERN_API quern_origin quern_find_origin(const quern_document *doc, size_t begin, size_t end);

/* Text that is not a copy of the source. [begin, end) is in the text, and empty where text was cut;
 * [source_begin, source_end) is its origin. Between two changes the text is copied byte for byte. */
typedef struct quern_change {
    uint32_t begin, end;
    uint64_t source_begin, source_end;
    uint32_t rule;
} quern_change;

typedef struct quern_changes {
    const quern_change *items;
    size_t count;
} quern_changes;

/* All changes from the source to the text as it stands, ascending. Good until the next commit. */
QUERN_API quern_changes quern_find_changes(const quern_document *doc);

/* The step and the rule that made a change: the last one where several worked on the same place. */
QUERN_API const char *quern_change_stage(const quern_document *doc, const quern_change *change);
QUERN_API const char *quern_change_rule(const quern_document *doc, const quern_change *change);

/* ---- Spans -------------------------------------------------------------------------------- */

/* A stretch of the text with a label. Spans stand in layers, "token" or "entity", each of which is
 * one array, sorted by `begin`, and where that is equal by falling `end`: what encloses comes
 * before what is enclosed. Equal spans keep the order in which they were added. */
typedef struct quern_span {
    uint32_t begin, end;
    uint32_t label;
    uint32_t aside; /* for the library: where score and attributes are; 0 when there are none */
} quern_span;

typedef struct quern_spans {
    const quern_span *items;
    size_t count;
} quern_spans;

typedef struct quern_layer quern_layer;

/* The layer of that name, made when the document has none; there can be 1,024. The name is copied.
 * NULL on an error; every function below takes that NULL and does nothing, so it need not be checked. */
QUERN_API quern_layer *quern_layer_of(quern_document *doc, const char *name);

/* The layers of a document, in the order in which they were made. Start with NULL; NULL ends. */
QUERN_API quern_layer *quern_next_layer(quern_document *doc, const quern_layer *layer);
QUERN_API const char *quern_layer_name(const quern_layer *layer);

/* The spans of a layer. Good until one is added or removed, and until the next commit. */
QUERN_API quern_spans quern_spans_of(quern_layer *layer);

/* The spans of the layer of that name; none when the document has no such layer. */
QUERN_API quern_spans quern_find_spans(quern_document *doc, const char *layer);

/* The number that stands for a label in this document. It is made when it is new; the name is
 * copied. Ask once a document, not once a span. */
QUERN_API uint32_t quern_label(quern_document *doc, const char *name);

/* The name behind such a number. Never NULL. Lives as long as the document. */
QUERN_API const char *quern_label_name(const quern_document *doc, uint32_t label);

/* Adds a span with some text, begin < end, both between characters. Returns its index, which is
 * good until a span is added that belongs before it, or one is removed. SIZE_MAX on an error,
 * which the document remembers. */
QUERN_API size_t quern_add_span(quern_layer *layer, size_t begin, size_t end, uint32_t label);

/* Removes the span at `index`; the indexes of others stay until the spans are read again. */
QUERN_API void quern_remove_span(quern_layer *layer, size_t index);

/* Removes all spans of the layer. */
QUERN_API void quern_clear_layer(quern_layer *layer);

/* How sure the stage is, 0 to 1. False, and `*score` as it was, where none was set. */
QUERN_API void quern_set_score(quern_layer *layer, size_t index, double score);
QUERN_API bool quern_get_score(quern_layer *layer, size_t index, double *score);

/* Attributes of a span: JSON values under string keys. Both are copied. */
QUERN_API void quern_set_attribute(quern_layer *layer, size_t index, const char *key,
                                   quern_string json);
QUERN_API quern_string quern_get_attribute(quern_layer *layer, size_t index, const char *key);

/* A key and a value, both good as long as the document. */
typedef struct quern_member {
    const char *key;
    quern_string json;
} quern_member;

/* The attributes of a span, in the order in which they were first set: the one numbered `n`, from
 * 0. False when there are no more. A span has at most 256. */
QUERN_API bool quern_attribute_at(quern_layer *layer, size_t index, size_t n, quern_member *member);

/* ---- Metadata ----------------------------------------------------------------------------- */

/* JSON values under string keys, kept as JSON text that was checked when it came in. Key and value
 * are copied. A value whose `data` is NULL removes the key. */
QUERN_API quern_status quern_set_metadata(quern_document *doc, const char *key, quern_string json);

/* The JSON text of a value; `data` is NULL when there is none. Good until the key is set again. */
QUERN_API quern_string quern_metadata(const quern_document *doc, const char *key);

/* The metadata in the order in which they came: the one numbered `n`, from 0. */
QUERN_API bool quern_metadata_at(const quern_document *doc, size_t n, quern_member *member);

/* What else stands in a document's record beside its text: "source", "created", and whatever came
 * in with it. The same rules; but the keys that a record gives a meaning of its own ("id", "text",
 * "metadata", "offsets", "spans", "edits") are not found here and cannot be set. */
QUERN_API quern_status quern_set_field(quern_document *doc, const char *key, quern_string json);
QUERN_API quern_string quern_field(const quern_document *doc, const char *key);
QUERN_API bool quern_field_at(const quern_document *doc, size_t n, quern_member *member);

/* Taking JSON apart, when somebody asks for it. Each is false, with the result as it was, when the
 * value is of another type, or is a string with half of a surrogate pair in it. The text is
 * allocated in the document. */
QUERN_API bool quern_json_text(quern_document *doc, quern_string json, quern_string *text);
QUERN_API bool quern_json_number(quern_string json, double *number);
QUERN_API bool quern_json_bool(quern_string json, bool *truth);

/* `text`, valid UTF-8, as a JSON string, allocated in the document. `data` is NULL when memory is
 * short. */
QUERN_API quern_string quern_to_json(quern_document *doc, quern_string text);

/* ---- What a stage says -------------------------------------------------------------------- */

/* Drops or fails the document, with the reason: return quern_drop(call, "shorter than %d", n); */
QUERN_API quern_verdict quern_drop(quern_call *call, const char *reason, ...) QUERN_PRINTF(2, 3);
QUERN_API quern_verdict quern_fail(quern_call *call, const char *reason, ...) QUERN_PRINTF(2, 3);

/* In `open`: the value of an option cannot be used, and why. `entry` counts the entries of a list or
 * a map from 0; `offset` is the byte of its text where it goes wrong, 0 for all of it. The user is
 * shown the very place in the pipeline file. Say all that is wrong, not only the first; the stage
 * then counts as not opened, whatever `open` answers. */
QUERN_API void quern_refuse(quern_call *call, const char *option, size_t entry, size_t offset,
                            const char *why, ...) QUERN_PRINTF(5, 6);

typedef enum quern_severity { QUERN_NOTE, QUERN_WARNING, QUERN_ERROR } quern_severity;

/* A message about [begin, end) of the document that is being processed. The user is shown the
 * place in the source that it came from. Does not end anything. In `open`, where there is no
 * document, the place is ignored. */
QUERN_API void quern_report(quern_call *call, quern_severity severity, size_t begin, size_t end,
                            const char *format, ...) QUERN_PRINTF(5, 6);

/* Hands a new document, or one that was held, on to the next stage. Takes it: `*doc` is NULL
 * afterwards. Only for QUERN_STREAM. */
QUERN_API void quern_emit(quern_call *call, quern_document **doc);

/* ---- Output of a stage that formats -------------------------------------------------------- */

/* How the renditions of documents are put together: what stands before the first, between two, and
 * after the last, also when there is none at all. Constants, or as long as the stage lives. */
typedef struct quern_frame {
    const char *begin, *between, *end;
} quern_frame;

/* Says, in `open`, that this stage renders documents. */
QUERN_API void quern_set_frame(quern_call *call, quern_frame frame);

/* Appends to the document's rendition, which is written out in place of the document. Memory that
 * runs short is remembered by the document. */
QUERN_API void quern_render(quern_document *doc, quern_string bytes);

/* Appends the document as a record of JSON Lines, without the line end. Offsets of spans and edits
 * are counted in the given unit; origins are in bytes of the source. */
typedef enum quern_unit { QUERN_CODE_POINTS, QUERN_BYTES, QUERN_UTF16 } quern_unit;
QUERN_API void quern_render_record(quern_document *doc, quern_unit unit);

/* ---- Options ------------------------------------------------------------------------------- */

/* The values that options write into a stage's state. They live as long as the stage. */
typedef struct quern_list {
    const char *const *items;
    size_t count;
} quern_list;

typedef struct quern_map {
    const quern_member *items;
    size_t count;
} quern_map;

typedef enum quern_type {
    QUERN_TYPE_END,
    QUERN_TYPE_BOOL,
    QUERN_TYPE_INT,
    QUERN_TYPE_REAL,
    QUERN_TYPE_TEXT,
    QUERN_TYPE_CHOICE,
    QUERN_TYPE_LIST,
    QUERN_TYPE_MAP
} quern_type;

/* One row of a stage's option table. Made by the macros below, which do not compile when the field
 * has the wrong type. */
typedef struct quern_option {
    const char *name;
    const char *help;    /* one line, in lower case, without a full stop */
    const char *text;    /* default of a text or a choice; NULL for none */
    const char *choices; /* "one two three" */
    int64_t integer, minimum, maximum;
    double real, least, most;
    size_t offset;
    quern_type type;
} quern_option;

/* clang-format off */
#define QUERN_FIELD_(state, field, type)                                                           \
    (offsetof(state, field) +                                                                      \
     0 * sizeof(char[_Generic(((state *)0)->field, type : 1, default : -1)]))

/* name and field are the same word; an underscore in it is a hyphen on the command line. */
#define QUERN_BOOL(state, field, preset, help_)                                                    \
    {.name = #field, .help = help_, .type = QUERN_TYPE_BOOL, .integer = preset,                    \
     .offset = QUERN_FIELD_(state, field, bool)}
#define QUERN_INT(state, field, preset, min, max, help_)                                           \
    {.name = #field, .help = help_, .type = QUERN_TYPE_INT, .integer = preset, .minimum = min,     \
     .maximum = max, .offset = QUERN_FIELD_(state, field, int64_t)}
#define QUERN_REAL(state, field, preset, min, max, help_)                                          \
    {.name = #field, .help = help_, .type = QUERN_TYPE_REAL, .real = preset, .least = min,         \
     .most = max, .offset = QUERN_FIELD_(state, field, double)}
/* `preset` may be NULL. */
#define QUERN_TEXT(state, field, preset, help_)                                                    \
    {.name = #field, .help = help_, .type = QUERN_TYPE_TEXT, .text = preset,                       \
     .offset = QUERN_FIELD_(state, field, const char *)}
/* `list` names the choices, with a space between two; the field gets the number of the one that
 * was chosen, from 0. */
#define QUERN_CHOICE(state, field, preset, list, help_)                                            \
    {.name = #field, .help = help_, .type = QUERN_TYPE_CHOICE, .text = preset, .choices = list,    \
     .offset = QUERN_FIELD_(state, field, int)}
/* Texts; empty by default. When `list` is not NULL, each has to be one of those that it names. */
#define QUERN_LIST(state, field, list, help_)                                                      \
    {.name = #field, .help = help_, .type = QUERN_TYPE_LIST, .choices = list,                      \
     .offset = QUERN_FIELD_(state, field, quern_list)}
/* JSON values under keys; empty by default. */
#define QUERN_MAP(state, field, help_)                                                             \
    {.name = #field, .help = help_, .type = QUERN_TYPE_MAP,                                        \
     .offset = QUERN_FIELD_(state, field, quern_map)}
#define QUERN_END {.type = QUERN_TYPE_END}
/* clang-format on */

/* ---- A stage -------------------------------------------------------------------------------- */

typedef enum quern_mode {
    QUERN_EACH,  /* documents are independent of each other: any worker may have any of them */
    QUERN_STREAM /* one instance sees all documents, in order, and may hold some back */
} quern_mode;

/* For `preserves`: nothing that this stage does adds, removes or relabels a span. (Spans move with
 * edits; that counts as preserved.) */
#define QUERN_ALL_SPANS "*"

/* For `needs`: what a stage does beyond work on documents, while its functions other than `open`
 * run. Workers can read files, use memory and start threads, and have given up the rest: a stage
 * that does what it has not declared ends its worker there, and fails the document. What is declared
 * is shown to who looks at the stage, and is given to all stages of the same worker. */
typedef enum quern_need {
    QUERN_NEEDS_NETWORK = 1,  /* makes connections, or takes them */
    QUERN_NEEDS_FILES = 2,    /* opens files to write, makes, renames, removes them */
    QUERN_NEEDS_PROCESSES = 4 /* starts programs, or processes, and signals them */
} quern_need;

/*
 * What a plugin exports. All of it is constant. Instances of a stage share nothing that can
 * change; one instance is used by one thread at a time.
 *
 * What it declares of layers and text, --paranoid holds it to.
 *
 * The loader reads `abi` and `size` first, and nothing else unless it knows them.
 */
typedef struct quern_stage {
    uint32_t abi;         /* QUERN_ABI */
    uint32_t size;        /* sizeof(quern_stage) */
    uint32_t option_size; /* sizeof(quern_option) */
    quern_mode mode;
    const char *name;    /* as pipelines write it: a-z, 0-9, '-' */
    const char *summary; /* one line, without a full stop */
    const char *version;
    const quern_option *options; /* NULL for none */
    size_t state_size;           /* bytes of state, zeroed, then filled in from the options */
    const char *reads;           /* layers that it needs, "block sentence"; NULL for none */
    const char *writes;          /* layers that it writes; NULL for none */
    const char *preserves;       /* layers that it leaves alone; QUERN_ALL_SPANS; NULL for none */
    bool keeps_text;             /* never edits the text */
    bool renders;                /* turns documents into output: nothing may stand after it */

    /* Called once, after the options are in. Loads what is needed. False, after quern_refuse(), or
     * quern_fail() with the reason, when it cannot; `close` is not called then. May be NULL. */
    bool (*open)(void *state, quern_call *call);

    /* Called for each document, which is borrowed: it must not be freed, nor kept unless the
     * verdict is QUERN_HOLD. */
    quern_verdict (*process)(void *state, quern_document *doc, quern_call *call);

    /* Called when there are no more documents, to emit those that were held. Those that are not
     * emitted have to be freed. False, after quern_fail(), on an error. May be NULL. Only for
     * QUERN_STREAM. */
    bool (*flush)(void *state, quern_call *call);

    /* Called once, if `open` succeeded. Frees what the state holds, not the state. May be NULL. */
    void (*close)(void *state);

    /* From version 2 of the interface on. */
    uint32_t needs; /* QUERN_NEEDS_NETWORK and others, added up; 0 for nothing */
} quern_stage;

/* The one symbol that the loader looks for. A stage that is linked into the program carries its
 * name in front of it, as libltdl wants its preloaded symbols. */
#define QUERN_SYMBOL "quern_plugin"
#ifdef QUERN_STATIC_STAGE
#define QUERN_PLUGIN_(name) name##_LTX_quern_plugin
#else
#define QUERN_PLUGIN_(name) quern_plugin
#endif

/* Begins the definition of a plugin's stage, and the part of it that every stage has:
 *
 *     QUERN_PLUGIN(two_words) = {
 *         QUERN_HEAD("two-words"),
 *         .summary = ...
 *     };
 *
 * `id` is a C identifier; `name_` is what the file is called, without ".so". */
#define QUERN_PLUGIN(id)                                                                           \
    QUERN_API extern const quern_stage QUERN_PLUGIN_(id);                                          \
    const quern_stage QUERN_PLUGIN_(id)
#define QUERN_HEAD(name_)                                                                          \
    .abi = QUERN_ABI, .size = sizeof(quern_stage), .option_size = sizeof(quern_option),            \
    .name = name_

#ifdef __cplusplus
}
#endif

#endif
