/* Conditions of any bytes: each can be evaluated, or has exactly one problem within its text. */
#include "pipeline/pipeline.h"
#include "pipeline/yaml.h"

#include <stdlib.h>
#include <string.h>

static quern_document *new_document(void)
{
    quern_document *doc = quern_document_new();
    quern_set_text(doc, QUERN_STRING("Zo\xC3\xAB met Ann."));
    quern_set_metadata(doc, "a", QUERN_STRING("\"en\""));
    quern_set_metadata(doc, "b", QUERN_STRING("3"));
    quern_set_metadata(doc, "c", QUERN_STRING("[null]"));
    quern_layer *layer = quern_layer_of(doc, "entity");
    quern_add_span(layer, 0, 4, quern_label(doc, "PERSON"));
    if (quern_document_status(doc) != QUERN_OK)
        abort();
    return doc;
}

static void check_problem(const struct problems *problems, const char *text)
{
    size_t length = utf8_count(text, strlen(text));
    if (problems->count != 1 || problems->items[0].column < 1 ||
        problems->items[0].column > length + 1)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems problems = {0};
    if (utf8_valid_prefix((const char *)data, size) < size)
        return 0;
    char *text = memory_copy((const char *)data, size);
    quern_document *doc = new_document();
    const quern_string bytes = {text, size};
    const struct yaml_node written = {
        .place = {"fuzz", 1, 1}, .plain = true, .text = bytes, .written = bytes};
    struct condition *condition = condition_parse(&written, &problems);
    if (condition)
        condition_holds(condition, doc);
    else
        check_problem(&problems, text);
    if (quern_document_status(doc) != QUERN_OK)
        abort();
    condition_free(condition);
    problems_free(&problems);
    quern_document_free(doc);
    free(text);
    return 0;
}
