/*
 * heading.c - finds the headings and the title of a document.
 *
 * A heading is short, is no sentence, and stands over a body. What is written in capitals needs less
 * of this than what is not; in a letter, short lines are names and not headings. Named from the last
 * block to the first, since a heading may stand over another.
 */
#include "block.h"

#include <string.h>

#include "character.h"

#define LONGEST_HEADING 170
#define MOST_HEADING_WORDS 24

/* In less than this, a line without a full stop is as likely to be a careless sentence. */
#define FEWEST_BLOCKS 3

static bool starts_with(quern_string text, size_t at, const char *what)
{
    size_t size = strlen(what);
    return text.size - at >= size && memcmp(text.data + at, what, size) == 0;
}

static bool is_capitals(const struct blocks *blocks, const struct block *block)
{
    return block->width <= LONGEST_HEADING &&
           text_is_capitals(blocks_text(blocks), block->begin, block->end);
}

static size_t count_words(const struct blocks *blocks, const struct block *block)
{
    size_t words = 0, at = block->begin;
    for (quern_string word; block_next_word(blocks_text(blocks), &at, block->end, &word);)
        words++;
    return words;
}

static bool is_salutation(const struct blocks *blocks, const struct block *block)
{
    quern_string word;
    size_t at = block->begin;
    block_next_word(blocks_text(blocks), &at, block->end, &word);
    while (word.size > 0 && is_one_of((unsigned char)word.data[word.size - 1], ",.!"))
        word.size--;
    return wordset_find(&blocks->known->salutations, word) != 0;
}

/* "Dear Ann," and "Best wishes" on lines of their own make a document a letter, where a short line
 * is a name rather than a heading. */
static bool is_letter(const struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        if (block->kind == BLOCK_PARAGRAPH && block->width <= 30 && is_salutation(blocks, block))
            return true;
    }
    return false;
}

static bool is_below_closely(const struct blocks *blocks, size_t index)
{
    return block_first_line(blocks, &blocks->items[index])->blanks == 0;
}

/* Goes on with a sentence: in lower case, or with punctuation that begins none. */
static bool goes_on_sentence(const struct blocks *blocks, const struct block *block)
{
    struct character first = character_at(blocks_text(blocks), block->begin);
    return first.kind == KIND_LOWER || is_one_of(first.code, ",.;:)?!");
}

static bool ends_in_one_of(const struct blocks *blocks, const struct block *block, const char *set)
{
    return is_one_of((unsigned char)block_last_byte(blocks, block), set);
}

static bool starts_quoted(const struct blocks *blocks, const struct block *block)
{
    uint32_t code = character_at(blocks_text(blocks), block->begin).code;
    return code == '"' || code == '\'' || code == 0x201C || code == 0x2018;
}

/* Something that a heading may stand over. */
static bool is_body(const struct blocks *blocks, size_t index)
{
    if (index >= blocks->count)
        return false;
    const struct block *block = &blocks->items[index];
    if (block->kind == BLOCK_SEPARATOR)
        return false;
    if (block->kind != BLOCK_PARAGRAPH)
        return true;
    if (goes_on_sentence(blocks, block) || starts_quoted(blocks, block))
        return false;
    return block->width >= SHORTEST_BODY || block_last_byte(blocks, block) == '?' ||
           (is_below_closely(blocks, index) && block_ends_sentence(blocks, block));
}

/* What comes before a heading is finished. */
static bool is_finished(const struct blocks *blocks, size_t index)
{
    const struct block *before = &blocks->items[index - 1];
    if (before->kind != BLOCK_PARAGRAPH || block_ends_sentence(blocks, before))
        return true;
    return !ends_in_one_of(blocks, before, ",;:-") && before->width < SHORTEST_BODY;
}

/* Introduction. - with a stop, on the line above its paragraph. */
static bool is_stopped_heading(const struct blocks *blocks, size_t index)
{
    const struct block *block = &blocks->items[index];
    return block->lines == 1 && index + 1 < blocks->count &&
           block_last_byte(blocks, block) == '.' && is_below_closely(blocks, index + 1) &&
           block->width <= 40 && block[1].width >= 2 * SHORTEST_BODY &&
           character_at(blocks_text(blocks), block->begin).kind == KIND_UPPER;
}

/* More than one sentence, a mail address or a URL. */
static bool is_running_text(const struct blocks *blocks, const struct block *block)
{
    quern_string text = blocks_text(blocks);
    for (size_t i = block->begin + 4; i + 2 < block->end; i++) {
        char c = text.data[i];
        bool stop = (c == '.' || c == '?') && (unsigned char)text.data[i + 1] <= ' ' &&
                    character_before(text, i).kind == KIND_LOWER &&
                    character_before(text, i - 2).kind == KIND_LOWER;
        if (stop || c == '@' || starts_with(text, i, "://"))
            return true;
    }
    return false;
}

static bool looks_like_heading(const struct blocks *blocks, const struct block *block)
{
    struct character first = character_at(blocks_text(blocks), block->begin);
    bool opens = first.kind == KIND_UPPER || first.kind == KIND_NUMBER ||
                 first.kind == KIND_LETTER || starts_quoted(blocks, block);
    return block->width <= LONGEST_HEADING && opens && !block_ends_sentence(blocks, block) &&
           !ends_in_one_of(blocks, block, ",;:-") &&
           count_words(blocks, block) <= MOST_HEADING_WORDS && !is_salutation(blocks, block) &&
           !text_is_date(blocks_text(blocks), block->begin, block->end) &&
           !is_running_text(blocks, block);
}

/* The first block may stand over anything that does not go on with it: a date, names. */
static bool is_title(const struct blocks *blocks, size_t index)
{
    return index == 0 && looks_like_heading(blocks, &blocks->items[0]) &&
           !goes_on_sentence(blocks, &blocks->items[1]);
}

static bool is_heading(const struct blocks *blocks, size_t index, bool letter)
{
    const struct block *block = &blocks->items[index];
    if (block->kind != BLOCK_PARAGRAPH)
        return false;
    if (is_capitals(blocks, block))
        return index + 1 < blocks->count && block->lines <= 3 &&
               !ends_in_one_of(blocks, block, ",;");
    if (is_stopped_heading(blocks, index))
        return true;
    if (letter || blocks->count < FEWEST_BLOCKS)
        return false;
    if (is_title(blocks, index))
        return true;
    return looks_like_heading(blocks, block) && is_body(blocks, index + 1) &&
           (index == 0 || is_finished(blocks, index));
}

/* ---- Levels -------------------------------------------------------------------------------- */

/* Number signs in front of a heading, as Markdown has them; 0 when there are none. */
static uint8_t count_signs(const struct blocks *blocks, const struct block *block)
{
    size_t signs = count_run(blocks_text(blocks), block->begin, "#");
    size_t end = block->begin + signs;
    bool marked =
        block->lines == 1 && signs <= 6 && end < block->end && blocks_text(blocks).data[end] == ' ';
    return marked ? (uint8_t)signs : 0;
}

/* 1 for "2. Methods", 2 for "2.1 Cases": how deep a numbered heading stands; 0 without a number. */
static uint8_t count_numbers(const struct blocks *blocks, const struct block *block)
{
    quern_string text = blocks_text(blocks);
    uint8_t numbers = 0;
    size_t at = block->begin;
    bool stopped = false;
    for (size_t digits; numbers < 6 && (digits = count_run(text, at, "0123456789")) > 0;) {
        at += digits;
        numbers++;
        if (byte_at(text, at) != '.')
            break;
        stopped = true;
        at++;
    }
    return stopped && byte_at(text, at) == ' ' ? numbers : 0;
}

/* A line of = or - under a heading, as long as the heading or nearly so: its level; 0 for none. */
static uint8_t underlined_level(const struct blocks *blocks, size_t index)
{
    const struct block *block = &blocks->items[index];
    if (index + 1 >= blocks->count || block[1].kind != BLOCK_SEPARATOR || block->lines > 1 ||
        block_first_line(blocks, block + 1)->blanks > 0 || block[1].width + 3 < block->width)
        return 0;
    char sign = blocks_text(blocks).data[block[1].begin];
    return sign == '=' ? 1 : sign == '-' ? 2 : 0;
}

/* Whether headings in capitals come before others, and so stand above them. */
static bool capitals_lead(const struct blocks *blocks, size_t first)
{
    for (size_t i = first; i < blocks->count; i++)
        if (blocks->items[i].kind == BLOCK_HEADING && blocks->items[i].summary_end == 0)
            return is_capitals(blocks, &blocks->items[i]);
    return false;
}

/* The level of a heading that is not marked, from 1 below the title. */
static uint8_t level_of(const struct blocks *blocks, const struct block *block, bool lead)
{
    uint8_t numbers = count_numbers(blocks, block);
    bool below = lead && block->summary_end == 0 && !is_capitals(blocks, block);
    return numbers > 0 ? numbers : below ? 2 : 1;
}

static void set_levels(struct blocks *blocks)
{
    bool titled = blocks->count > 0 && blocks->items[0].kind == BLOCK_TITLE;
    bool marked_title = titled && blocks->items[0].level == 1;
    bool lead = capitals_lead(blocks, titled);
    for (size_t i = 0; i < blocks->count; i++) {
        struct block *block = &blocks->items[i];
        if (block->kind == BLOCK_TITLE)
            block->level = 0;
        else if (block->kind == BLOCK_HEADING && block->level == 0)
            block->level = level_of(blocks, block, lead);
        else if (block->kind == BLOCK_HEADING && block->level > 1)
            block->level -= marked_title;
    }
}

/* Headings that are marked as such. */
static void name_marked(struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++) {
        struct block *block = &blocks->items[i];
        if (block->kind != BLOCK_PARAGRAPH)
            continue;
        uint8_t signs = count_signs(blocks, block), underlined = underlined_level(blocks, i);
        if (signs + underlined == 0)
            continue;
        block->kind = BLOCK_HEADING;
        block->level = signs > 0 ? signs : underlined;
        if (signs > 0)
            block_skip_marker(blocks, block, signs);
    }
}

void blocks_name_headings(struct blocks *blocks)
{
    bool letter = is_letter(blocks);
    name_marked(blocks);
    for (size_t i = blocks->count; i-- > 0;)
        if (is_heading(blocks, i, letter))
            blocks->items[i].kind = BLOCK_HEADING;
    struct block *first = blocks->items;
    if (blocks->count > 1 && first->kind == BLOCK_HEADING && first->summary_end == 0)
        first->kind = BLOCK_TITLE;
    set_levels(blocks);
}
