/*
 * Pages put together; see page.h.
 */
#include "command/page.h"

#include <stdlib.h>
#include <string.h>

/* A file of this tree, which is there. */
static quern_string find_file(const char *name, const char *suffix)
{
    const size_t size = strlen(name);
    for (const struct skeleton_file *file = page_files; file->name; file++)
        if (strncmp(file->name, name, size) == 0 && strcmp(file->name + size, suffix) == 0)
            return file->text;
    abort();
}

/* Appends the text up to a mark, and steps over it. */
static void add_until(struct buffer *page, quern_string *text, const char *mark)
{
    const char *found = memmem(text->data, text->size, mark, strlen(mark));
    size_t size = found ? (size_t)(found - text->data) : text->size;
    buffer_append(page, text->data, size);
    size += found ? strlen(mark) : 0;
    *text = (quern_string){text->data + size, text->size - size};
}

/* In a script element of HTML no '<' can stand; in JSON it stands in strings alone. */
static void add_json(struct buffer *page, const struct buffer *json)
{
    quern_string rest = {json->data, json->size};
    page->failed |= json->failed;
    while (rest.size && !page->failed) {
        bool more = memchr(rest.data, '<', rest.size) != NULL;
        add_until(page, &rest, "<");
        buffer_add_text(page, more ? "\\u003c" : "");
    }
}

void page_write(struct buffer *page, const char *name, const struct buffer *json)
{
    quern_string html = find_file(name, ".html");
    add_until(page, &html, "@style@");
    buffer_add_string(page, find_file(name, ".css"));
    add_until(page, &html, "@data@");
    add_json(page, json);
    add_until(page, &html, "@script@");
    buffer_add_string(page, find_file(name, ".js"));
    buffer_add_string(page, html);
}
