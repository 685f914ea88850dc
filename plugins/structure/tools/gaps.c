/*
 * gaps.c - prints the gaps of documents, for train-gaps.py.
 *
 * Reads documents from standard input, each ended by a NUL. Writes a line for each stretch between
 * full stops, "stretch BEGIN END", behind it one for each of its gaps, "gap BEGIN FEATURE...", and
 * "end" behind each document. Offsets are in bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sentence.h"

static void print_stretch(const struct sentences *sentences, size_t begin, size_t end)
{
    struct gaps gaps = sentence_gaps(sentences, begin, end);
    printf("stretch %zu %zu\n", begin, end);
    for (struct gap gap; !care_is_taken(sentences->care) && gap_next(&gaps, &gap);) {
        printf("gap %zu", gap.begin);
        for (size_t i = 0; i < gap.count; i++)
            printf(" %u", (unsigned)gap.features[i]);
        printf("\n");
    }
}

static void print_block(struct sentences sentences, const struct block *block)
{
    sentences.block = sentences.at = block->begin;
    sentences.end = block->end;
    sentences.careless =
        sentences.care.lower_i || block_starts_in_lower_case(sentences.text, block);
    for (size_t begin, end; sentence_next_stopped(&sentences, &begin, &end);)
        print_stretch(&sentences, begin, end);
}

static void print_document(struct abbreviations *abbreviations, quern_string text)
{
    size_t count = lines_count(text);
    struct lines lines = {.text = text, .items = calloc(count + 1, sizeof *lines.items)};
    struct blocks blocks = {.lines = &lines,
                            .known = abbreviations->known,
                            .items = calloc(count + BLOCKS_MORE, sizeof *blocks.items)};
    if (!lines.items || !blocks.items)
        exit(1);
    lines_read(&lines);
    blocks_group(&blocks);
    blocks_name(&blocks);
    abbreviations_learn(abbreviations, text);
    struct sentences sentences = {
        .text = text, .abbreviations = abbreviations, .care = care_judge(&blocks)};
    for (size_t i = 0; i < blocks.count; i++)
        if (block_holds_sentences(&blocks.items[i]))
            print_block(sentences, &blocks.items[i]);
    printf("end\n");
    free(lines.items);
    free(blocks.items);
}

int main(void)
{
    static struct vocabulary known;
    static struct abbreviations abbreviations;
    char *text = NULL;
    size_t room = 0;
    if (!vocabulary_open(&known, (quern_list){0}))
        return 1;
    abbreviations.known = &known;
    for (ssize_t size; (size = getdelim(&text, &room, '\0', stdin)) > 0;)
        print_document(&abbreviations, (quern_string){text, (size_t)size - 1});
    free(text);
    vocabulary_close(&known);
    return 0;
}
