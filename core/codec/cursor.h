/*
 * cursor.h - takes JSON apart from left to right, checking it on the way.
 *
 * Each function is false on an error, which the cursor then knows: why, and where. What strings
 * hold is borrowed where it has no escapes, and else decoded into the document's memory.
 */
#ifndef QUERN_CODEC_CURSOR_H
#define QUERN_CODEC_CURSOR_H

#include "document/document.h"

struct cursor {
    const char *at, *end;
    quern_document *doc;
    const char *why; /* NULL as long as all is well */
    const char *where;
    const char *key; /* where the last of the known keys stood, or the one that was none */
};

bool cursor_refuse(struct cursor *cursor, const char *where, const char *why);

/* Fails for a status other than QUERN_OK. */
bool cursor_expect(struct cursor *cursor, const char *where, quern_status status);

/* Whether `byte` is next, after white space. Does not step over it. */
static inline bool cursor_sees(struct cursor *cursor, char byte)
{
    if (cursor->at < cursor->end && *cursor->at == byte)
        return true;
    cursor->at = json_skip_space(cursor->at, cursor->end);
    return cursor->at < cursor->end && *cursor->at == byte;
}

/* Steps over `byte`, or fails with `why`. */
static inline bool cursor_take(struct cursor *cursor, char byte, const char *why)
{
    if (!cursor_sees(cursor, byte))
        return cursor_refuse(cursor, cursor->at, why);
    cursor->at++;
    return true;
}

/* Steps over a null, if there is one. */
bool cursor_take_null(struct cursor *cursor);

/* Between the elements of an array or object whose opening bracket was taken: whether another one
 * follows. False after `close`, and on an error. `*first` has to be true at the start. */
bool cursor_has_more(struct cursor *cursor, char close, bool *first);

/* A key and its colon. */
bool cursor_key(struct cursor *cursor, quern_string *key);

/* A key that means something, as it stands in most records, with quotes and colon. */
#define CURSOR_KEY(name)                                                                           \
    {                                                                                              \
        "\"" name "\":", sizeof(name) + 2                                                          \
    }

/* A key that is one of `keys`. `*expected` is where to look first, and becomes the one after it;
 * `*seen` has a bit for each that has been seen, and one that comes twice is an error. The count of
 * keys for one that is none of them, with the key in `*other`; SIZE_MAX on an error. */
size_t cursor_known_key(struct cursor *cursor, const quern_string *keys, size_t count,
                        size_t *expected, unsigned *seen, quern_string *other);

bool cursor_value(struct cursor *cursor, quern_string *json);
bool cursor_whole(struct cursor *cursor, uint64_t *number);

/* A string; the raw one still has its escapes, and no quotes. */
bool cursor_raw_string(struct cursor *cursor, quern_string *raw, bool *escaped);
bool cursor_string(struct cursor *cursor, quern_string *text);

/* What names something has to be valid UTF-8 without a NUL. */
bool cursor_check_name(struct cursor *cursor, const char *where, quern_string text);
/* A copy of such a text, ended by a NUL; NULL on an error. */
const char *cursor_name(struct cursor *cursor, const char *where, quern_string text);

#endif
