/*
 * Metadata and the other members of a record: JSON text under keys, and taking it apart on demand.
 */
#include "document/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- Members ---- */

static quern_string of_text(const char *text)
{
    return (quern_string){text, strlen(text)};
}

static quern_string members_find(const struct members *members, const char *key)
{
    size_t number = names_find(&members->keys, of_text(key));
    return number == SIZE_MAX ? (quern_string){NULL, 0} : members->values[number];
}

static void members_remove(struct members *members, const char *key)
{
    size_t number = names_find(&members->keys, of_text(key));
    if (number == SIZE_MAX || !members->values[number].data)
        return;
    members->values[number] = (quern_string){NULL, 0};
    members->holes++;
}

static quern_status members_set(quern_document *doc, struct members *members, const char *key,
                                quern_string json)
{
    if (!json_is_valid(json))
        return QUERN_NOT_JSON;
    const char *value = arena_copy(&doc->arena, json);
    size_t known = members->keys.count;
    if (!value || !document_grow(doc, &members->values, &members->capacity, known + 1,
                                 sizeof *members->values))
        return QUERN_NO_MEMORY;
    size_t number = names_add(&members->keys, &doc->arena, of_text(key));
    if (number == SIZE_MAX)
        return QUERN_NO_MEMORY;
    if (number < known && !members->values[number].data)
        members->holes--;
    members->values[number] = (quern_string){value, json.size};
    return QUERN_OK;
}

static quern_status members_change(quern_document *doc, struct members *members, const char *key,
                                   quern_string json)
{
    quern_status status = QUERN_OK;
    if (json.data)
        status = members_set(doc, members, key, json);
    else
        members_remove(members, key);
    document_fail(doc, status);
    return status;
}

/* The number of the nth key that has a value. */
static size_t members_number(const struct members *members, size_t n)
{
    if (!members->holes)
        return n;
    size_t number = 0;
    for (; number < members->keys.count; number++)
        if (members->values[number].data && n-- == 0)
            break;
    return number;
}

static bool members_at(const struct members *members, size_t n, quern_member *member)
{
    size_t number = members_number(members, n);
    if (number >= members->keys.count)
        return false;
    *member = (quern_member){members->keys.items[number].text, members->values[number]};
    return true;
}

quern_status quern_set_metadata(quern_document *doc, const char *key, quern_string json)
{
    return members_change(doc, &doc->metadata, key, json);
}

quern_string quern_metadata(const quern_document *doc, const char *key)
{
    return members_find(&doc->metadata, key);
}

bool quern_metadata_at(const quern_document *doc, size_t n, quern_member *member)
{
    return members_at(&doc->metadata, n, member);
}

/* The keys that a record gives a meaning of its own. */
static bool is_reserved(const char *key)
{
    static const char *const keys[] = {"id", "text", "metadata", "offsets", "spans", "edits"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

quern_status quern_set_field(quern_document *doc, const char *key, quern_string json)
{
    if (!is_reserved(key))
        return members_change(doc, &doc->fields, key, json);
    document_fail(doc, QUERN_RESERVED_KEY);
    return QUERN_RESERVED_KEY;
}

quern_string quern_field(const quern_document *doc, const char *key)
{
    return members_find(&doc->fields, key);
}

bool quern_field_at(const quern_document *doc, size_t n, quern_member *member)
{
    return members_at(&doc->fields, n, member);
}

/* ---- JSON values ---- */

/* A valid value without the white space around it. */
static quern_string trim(quern_string json)
{
    const char *end = json.data + json.size;
    const char *at = json_skip_space(json.data, end);
    while (end > at && strchr(" \t\r\n", end[-1]))
        end--;
    return (quern_string){at, (size_t)(end - at)};
}

static bool is_quoted(quern_string json)
{
    return json.size >= 2 && json.data[0] == '"' && json.data[json.size - 1] == '"';
}

bool quern_json_text(quern_document *doc, quern_string json, quern_string *text)
{
    if (!json.data)
        return false;
    json = trim(json);
    if (!is_quoted(json))
        return false;
    struct buffer decoded = {0};
    json_decode_string(&decoded, json.data + 1, json.data + json.size - 1);
    bool valid = !decoded.failed && utf8_valid_prefix(decoded.data, decoded.size) == decoded.size;
    char *copy = NULL;
    if (valid)
        copy = arena_copy(&doc->arena, (quern_string){decoded.data, decoded.size});
    if (decoded.failed || (valid && !copy))
        document_fail(doc, QUERN_NO_MEMORY);
    if (copy)
        *text = (quern_string){copy, decoded.size};
    buffer_free(&decoded);
    return copy != NULL;
}

bool quern_json_number(quern_string json, double *number)
{
    enum { LONGEST = 64 };
    char text[LONGEST + 1];
    if (!json.data)
        return false;
    json = trim(json);
    if (json.size > LONGEST || !strchr("-0123456789", json.data[0]))
        return false;
    memcpy(text, json.data, json.size);
    text[json.size] = '\0';
    *number = strtod(text, NULL);
    return true;
}

bool quern_json_bool(quern_string json, bool *truth)
{
    if (!json.data)
        return false;
    json = trim(json);
    bool is_true = quern_string_equal(json, QUERN_STRING("true"));
    if (!is_true && !quern_string_equal(json, QUERN_STRING("false")))
        return false;
    *truth = is_true;
    return true;
}

quern_string quern_to_json(quern_document *doc, quern_string text)
{
    struct buffer encoded = {0};
    json_encode_string(&encoded, text);
    quern_string json = {NULL, encoded.size};
    if (!encoded.failed)
        json.data = arena_copy(&doc->arena, (quern_string){encoded.data, encoded.size});
    if (!json.data) {
        document_fail(doc, QUERN_NO_MEMORY);
        json.size = 0;
    }
    buffer_free(&encoded);
    return json;
}
