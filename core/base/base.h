/*
 * base.h - what every floor stands on: memory whose sizes are checked, growing buffers, UTF-8,
 * JSON text, words that resemble each other, and problems with the place where they are.
 */
#ifndef QUERN_BASE_H
#define QUERN_BASE_H

#include <quern.h>
#include <stdio.h>

/* ---- Memory ---- */

/* Zeroed memory for `count` things of `size` bytes; NULL when memory is short or the product does
 * not fit. To be freed with free(). */
void *memory_new(size_t count, size_t size);

/* Makes room for at least `wanted` things in an array that grows, doubling its capacity; `array`
 * points to the pointer to its first element. False, with the array as it was, when memory is
 * short. The new part is not zeroed. */
bool memory_grow(void *array, size_t *capacity, size_t wanted, size_t size);

/* Copies, ended by a NUL. NULL when memory is short. */
char *memory_copy(const char *data, size_t size);

/* A region of memory that is freed as a whole. Zeros are an empty one. `limit`, when it is not 0,
 * bounds the bytes that it may hold. */
struct arena {
    struct arena_block *blocks;
    size_t held;
    size_t limit;
};

/* Zeroed, aligned for any type. NULL when memory is short or over the limit. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);
char *arena_copy(struct arena *arena, quern_string text);

/* Forgets everything; keeps one block for reuse unless it is a large one. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

/* ---- Buffers ---- */

/* Bytes that grow. Zeros are an empty one. Once memory ran short, `failed` stays set, appending
 * does nothing, and what was there before stays. */
struct buffer {
    char *data;
    size_t size, capacity;
    bool failed;
};

bool buffer_reserve(struct buffer *buffer, size_t more);
void buffer_append(struct buffer *buffer, const char *data, size_t size);
void buffer_add_string(struct buffer *buffer, quern_string text);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_add_char(struct buffer *buffer, char byte);
void buffer_add_number(struct buffer *buffer, uint64_t number);
void buffer_print(struct buffer *buffer, const char *format, ...) QUERN_PRINTF(2, 3);
void buffer_print_list(struct buffer *buffer, const char *format, va_list list) QUERN_PRINTF(2, 0);
void buffer_clear(struct buffer *buffer);
void buffer_free(struct buffer *buffer);
/* What is in it, ended by a NUL that does not count; "" when it is empty or failed. */
const char *buffer_text(struct buffer *buffer);

/* ---- Hashes ---- */

/* Takes bytes into a hash, which is the same on every machine and in every run. */
#define HASH_EMPTY 0xCBF29CE484222325U
uint64_t hash_add(uint64_t hash, const void *bytes, size_t size);

/* ---- UTF-8 ---- */

/* The length of the longest valid prefix of `text`; all of it when it is valid UTF-8 (Unicode 15,
 * table 3-7). A multi-byte sequence that the end cuts off is not part of it. */
size_t utf8_valid_prefix(const char *text, size_t size);
/* The same without vector instructions, for comparison. */
size_t utf8_valid_prefix_scalar(const char *text, size_t size);

/* The length of the maximal ill-formed subpart at the start of `text`, which has at least a byte
 * and is not well-formed there (Unicode 15, section 3.9, "U+FFFD substitution of maximal
 * subparts"). */
size_t utf8_ill_formed_length(const char *text, size_t size);

/* Appends `text` with U+FFFD in place of each such subpart. */
void buffer_add_repaired(struct buffer *buffer, quern_string text);

/* Code points, and UTF-16 units, in valid UTF-8. */
size_t utf8_count(const char *text, size_t size);
size_t utf8_count_scalar(const char *text, size_t size);
size_t utf8_count_utf16(const char *text, size_t size);

/* Writes a code point, returns its length: 1 to 4. Surrogates are written as three bytes, which
 * are not valid UTF-8. */
size_t utf8_encode(uint32_t code, char out[4]);

/* Whether a byte is the first of a character. */
static inline bool utf8_is_start(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

/* ---- JSON text (RFC 8259) ---- */

/* How deep values may be nested. */
#define JSON_DEPTH_MAX 512

/* Steps over white space, or over one value with the white space before it, checking it in full,
 * UTF-8 apart. NULL, and `*error` says why, when it is not valid JSON; `*error` then is the place
 * and `*why` the reason. Does not recurse. */
const char *json_skip_space(const char *at, const char *end);
const char *json_skip_value(const char *at, const char *end, const char **error, const char **why);

/* Whether `json` is one valid value and nothing else but white space, in valid UTF-8. */
bool json_is_valid(quern_string json);

/* The end of the run of bytes in [at, end) that a JSON string can hold as they are: up to a quote,
 * a backslash, a control character, or the end. */
const char *json_plain_run(const char *at, const char *end);
const char *json_plain_run_scalar(const char *at, const char *end);

/* Decodes the inside of a valid JSON string, without its quotes, and appends it. Surrogates that
 * have no partner come out as three bytes, which are not valid UTF-8. */
void json_decode_string(struct buffer *buffer, const char *at, const char *end);

/* Appends `text` as a JSON string, with its quotes. Escapes what has to be, and U+007F, U+2028,
 * U+2029; everything else stands as it is. */
void json_encode_string(struct buffer *buffer, quern_string text);

/* ---- Words ---- */

/* The next of words with a space between two, from `*at` on, which may be NULL for none; `data` is
 * NULL at the end. */
quern_string words_next(const char **at);

/* The number of a word among them, from 0; -1 when it is not there. */
int words_find(const char *words, quern_string word);

/* Appends "one, two, three". */
void words_join(const char *words, struct buffer *out);

/* The one of `words` that `word` was most likely meant to be: at most a third of its letters
 * changed, added, left out, or swapped (optimal string alignment). NULL when none is near. */
const char *words_nearest(const char *word, const char *const *words, size_t count);
/* The same, of words with a space between two. */
quern_string words_nearest_of(const char *word, const char *words);

/* ---- Problems ---- */

/* A problem with the place where it is. Lines and columns count from 1, columns in code points; 0
 * means no line, or no column. */
struct problem {
    quern_severity severity;
    char *file;
    size_t line, column;
    char *message;
    char *hint; /* NULL for none */
};

/* Problems as they were found. Zeros are an empty list. Where memory runs short, `lost` is set and
 * counts as an error. */
struct problems {
    struct problem *items;
    size_t count, capacity;
    size_t errors;
    bool lost;
};

struct place {
    const char *file;
    size_t line, column;
};

/* Adds one. `hint` may be NULL. */
void problems_add(struct problems *problems, quern_severity severity, struct place place,
                  const char *hint, const char *format, ...) QUERN_PRINTF(5, 6);
/* Sorts those from the one numbered `first` on, which are all of one file, by place. */
void problems_sort(struct problems *problems, size_t first);
void problems_free(struct problems *problems);

/* Prints all of them as "file:line:column: error: message", each with the line that it is about
 * and a caret below the column when `source`, the text of the file, is at hand, and its hint. */
void problems_print(const struct problems *problems, quern_string source, FILE *stream);

/* Prints a text, with U+FFFD for what would drive a terminal or cannot be seen there. */
void stream_print(FILE *stream, quern_string text);

/* Whether messages on that stream may be coloured: a terminal that is not a dumb one, and NO_COLOR is
 * not set, or empty. */
bool stream_wants_colour(FILE *stream);

#endif
