/*
 * language.c - the stage language: names the language of a document, and of its paragraphs.
 *
 * The library CLD2 judges by the script and by groups of four letters. It is shown the words of
 * prose alone: options, file names and code are English everywhere. What it takes for one of a few
 * languages that are written nearly alike is told apart by words that only one of them has.
 */
#include <quern.h>

#include <stdio.h>
#include <string.h>

#include "detect.h"
#include "neighbour.h"

struct language {
    int64_t limit;
    bool paragraphs;
};

static const quern_option options[] = {
    QUERN_BOOL(struct language, paragraphs, false,
               "name the language of each paragraph too, in the layer language"),
    QUERN_INT(struct language, limit, 16384, 64, 1 << 24,
              "bytes of prose by which a text is judged"),
    QUERN_END,
};

/* ---- Prose --------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return (unsigned char)c <= ' ';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
    return (unsigned char)c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Letters, with an apostrophe or a hyphen between them and punctuation around: no number, path,
 * option or name of a variable. Words in capitals are mostly such names. */
static bool is_prose(quern_string word)
{
    size_t begin = 0, end = word.size, upper = 0;
    while (begin < end && strchr("\"'([", word.data[begin]) && word.data[begin] != '\0')
        begin++;
    while (end > begin && strchr(".,;:!?\"')]", word.data[end - 1]) && word.data[end - 1] != '\0')
        end--;
    for (size_t i = begin; i < end; i++) {
        char c = word.data[i];
        if (!is_letter(c) && (i == begin || (c != '\'' && c != '-')))
            return false;
        upper += is_upper(c);
    }
    return end > begin && (upper <= 1 || upper < end - begin);
}

struct sample {
    char *data;
    size_t size, limit;
};

static void add(struct sample *sample, quern_string word)
{
    memcpy(sample->data + sample->size, word.data, word.size);
    sample->size += word.size;
    sample->data[sample->size++] = ' ';
}

/* The words of a text up to the limit: those of prose, or all. A word that does not fit is left out;
 * one without a space for so long is cut between characters. */
static void take_words(struct sample *sample, quern_string text, bool prose)
{
    sample->size = 0;
    for (size_t at = 0; at < text.size && sample->size + 1 < sample->limit;) {
        size_t begin = at;
        while (at < text.size && !is_space(text.data[at]) && at - begin < sample->limit - 1)
            at++;
        while (at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80)
            at--;
        quern_string word = {text.data + begin, at - begin};
        if (word.size > 0 && (!prose || is_prose(word)) && sample->size + word.size < sample->limit)
            add(sample, word);
        at += at == begin;
    }
}

/* Prose; where it is less than a quarter of what was there to be taken, everything. */
static void take_sample(struct sample *sample, quern_string text)
{
    take_words(sample, text, true);
    size_t whole = text.size < sample->limit ? text.size : sample->limit;
    if (sample->size < whole / 4)
        take_words(sample, text, false);
}

/* ---- Documents and paragraphs -------------------------------------------------------------- */

/* The language of a text, and its share, halved where the library would not rely on it. */
static const char *judge(struct sample *sample, quern_string text, double *certainty)
{
    take_sample(sample, text);
    struct detected found = detect_language(sample->data, sample->size);
    *certainty = found.percent / 100.0 / (found.reliable ? 1 : 2);
    return neighbour_of(found.language, (quern_string){sample->data, sample->size});
}

static void set_metadata(quern_document *doc, const char *language, double certainty)
{
    char number[16];
    int size = snprintf(number, sizeof number, "%.3g", certainty);
    quern_string code = {language, strlen(language)};
    quern_set_metadata(doc, "language", quern_to_json(doc, code));
    quern_set_metadata(doc, "language_certainty", (quern_string){number, (size_t)size});
}

static void add_paragraph(quern_document *doc, struct sample *sample, size_t begin, size_t end)
{
    double certainty;
    quern_layer *layer = quern_layer_of(doc, "language");
    quern_string text = {quern_text(doc).data + begin, end - begin};
    const char *language = judge(sample, text, &certainty);
    size_t index = quern_add_span(layer, begin, end, quern_label(doc, language));
    quern_set_score(layer, index, certainty);
}

/* Runs of lines that are not blank. */
static void add_paragraphs(quern_document *doc, struct sample *sample)
{
    size_t begin = 0, end = 0;
    quern_clear_layer(quern_layer_of(doc, "language"));
    for (quern_line line = {0}; quern_next_line(quern_text(doc), &line);) {
        if (line.blank && end > begin)
            add_paragraph(doc, sample, begin, end);
        if (line.blank || end <= begin)
            begin = line.blank ? line.next : line.begin;
        end = line.blank ? line.next : line.end;
    }
    if (end > begin)
        add_paragraph(doc, sample, begin, end);
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    const struct language *language = state;
    struct sample sample = {.limit = (size_t)language->limit};
    double certainty;
    sample.data = quern_scratch(call, sample.limit + 1, 1);
    if (!sample.data)
        return quern_fail(call, "%s", quern_status_text(QUERN_NO_MEMORY));
    const char *name = judge(&sample, quern_text(doc), &certainty);
    set_metadata(doc, name, certainty);
    if (language->paragraphs)
        add_paragraphs(doc, &sample);
    return QUERN_PASS;
}

QUERN_PLUGIN(language) = {
    QUERN_HEAD("language"),
    .summary = "Names the language of documents and paragraphs",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct language),
    .options = options,
    .writes = "language",
    .preserves = "block sentence token entity",
    .keeps_text = true,
    .process = process,
};
