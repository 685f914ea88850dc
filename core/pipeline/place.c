/*
 * place.c - where in the file a byte of a scalar's text is written.
 *
 * However a scalar is written - folded, indented, in quotes - YAML adds and takes away nothing but
 * white space, quotes and escapes. So the n-th character that is not white space stands in the text
 * as in the file, and counting them finds it.
 */
#include "pipeline/yaml.h"

#include <stdlib.h>
#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* A walk through what is written. */
struct walk {
    const char *at, *end;
    struct place place;
    char mark; /* what the scalar begins with: a quote, '|', '>'; 0 when it is plain */
};

static void step(struct walk *walk, size_t bytes)
{
    for (; bytes && walk->at < walk->end; bytes--, walk->at++) {
        bool followed = walk->at + 1 < walk->end && walk->at[1] == '\n';
        if (*walk->at == '\n' || (*walk->at == '\r' && !followed)) {
            walk->place.line++;
            walk->place.column = 1;
        } else if (*walk->at != '\r') {
            walk->place.column += utf8_is_start(*walk->at);
        }
    }
}

static bool is_at_escape(const struct walk *walk)
{
    return walk->mark == '"' && *walk->at == '\\' && walk->end - walk->at > 1;
}

/* The length of a character as it is written. */
static size_t measure(const struct walk *walk)
{
    size_t size = 1;
    if (is_at_escape(walk))
        return walk->at[1] == 'x' ? 4 : walk->at[1] == 'u' ? 6 : walk->at[1] == 'U' ? 10 : 2;
    if (walk->mark == '\'' && *walk->at == '\'')
        return 2;
    while (walk->at + size < walk->end && !utf8_is_start(walk->at[size]))
        size++;
    return size;
}

static bool is_at_blank(const struct walk *walk)
{
    char digits[9] = "";
    size_t size = measure(walk);
    if (!is_at_escape(walk))
        return is_blank(*walk->at);
    if (size == 2)
        return strchr("ntr \t\n\r", walk->at[1]) != NULL;
    if ((size_t)(walk->end - walk->at) < size)
        return false;
    memcpy(digits, walk->at + 2, size - 2);
    unsigned long code = strtoul(digits, NULL, 16);
    return code < 0x80 && is_blank((char)code);
}

static void skip_blanks(struct walk *walk)
{
    while (walk->at < walk->end && is_at_blank(walk))
        step(walk, measure(walk));
}

/* Behind the quote, or to the first line after the "|" or ">" of a block. */
static void skip_opening(struct walk *walk)
{
    if (walk->mark == '"' || walk->mark == '\'')
        step(walk, 1);
    if (walk->mark != '|' && walk->mark != '>')
        return;
    while (walk->at < walk->end && *walk->at != '\n' && *walk->at != '\r')
        step(walk, 1);
    skip_blanks(walk);
}

/* From where the last look-up ended, if it was in this scalar and before this one. */
static size_t begin(const struct yaml_node *scalar, size_t offset, struct walk *walk)
{
    const struct yaml_cursor *last = scalar->cursor;
    quern_string written = scalar->written;
    *walk = (struct walk){written.data, written.data + written.size, scalar->place,
                          scalar->plain ? '\0' : *written.data};
    if (last && last->scalar == scalar && last->offset <= offset) {
        walk->at = last->at;
        walk->place = last->place;
        return last->offset;
    }
    skip_opening(walk);
    return 0;
}

struct place yaml_place(const struct yaml_node *scalar, size_t offset)
{
    struct walk walk;
    quern_string text = scalar->text;
    if (!scalar->written.size)
        return scalar->place;
    size_t at = begin(scalar, offset, &walk);
    for (; at < offset && at < text.size; at++)
        if (!is_blank(text.data[at]) && utf8_is_start(text.data[at])) {
            skip_blanks(&walk);
            step(&walk, measure(&walk));
        }
    if (scalar->cursor)
        *scalar->cursor = (struct yaml_cursor){scalar, at, walk.at, walk.place};
    if (at < text.size && !is_blank(text.data[at]))
        skip_blanks(&walk);
    return walk.place;
}
