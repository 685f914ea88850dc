/*
 * token.c - cuts a text into tokens.
 *
 * A word is a run of letters, digits and what belongs to them by UAX #29; what English wants beyond
 * that follows the Universal Dependencies' treebanks of English (EWT, GUM): "'s" and "n't" are
 * tokens, "U.S." and "3.5" are one, "$", "%" and brackets stand alone, addresses stay whole. A
 * hyphenated word is one token, unless the stage was told to split it. Scripts that UAX #29 does not
 * cut by letters (kana, ideographs, emoji) are cut as it says.
 *
 * One pass, by a table of what each byte is. Only a character that may join two words (apostrophe,
 * full stop, hyphen, "@", ":" …) makes the scanner look further, and never further than NAME_LIMIT
 * unless all that it sees becomes one token.
 */
#include "token.h"

#include <endian.h>
#include <string.h>

#include "apostrophe.h"
#include "byte_class.h"
#include "internet.h"
#include "word.h"
#include "wordbreak.h"

/* ---- Plain words and marks ----------------------------------------------------------------- */

/* The end of a run of ASCII letters, eight at a time: most words then take one round, and cost no
 * branch that depends on how long they are. */
static size_t letters_end(quern_string text, size_t at)
{
    const uint64_t each = UINT64_C(0x0101010101010101), high = each << 7;
    while (text.size - at >= 8) {
        uint64_t bytes;
        memcpy(&bytes, text.data + at, 8);
        bytes = le64toh(bytes);
        uint64_t lower = (bytes | each << 5) & ~high;
        uint64_t from_a = lower + each * (0x80 - 'a'), behind_z = lower + each * (0x7F - 'z');
        uint64_t others = ~(from_a & ~behind_z & ~bytes) & high;
        if (others != 0)
            return at + (size_t)__builtin_ctzll(others) / 8;
        at += 8;
    }
    while (at < text.size && (class_at(text, at) & C_LETTER))
        at++;
    return at;
}

/* What most tokens are: a word of ASCII letters that nothing joins to anything, or a mark that is
 * always alone. */
static bool read_plain(const struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    size_t begin = tokenizer->at;
    size_t end = letters_end(text, begin);
    if (end == begin) {
        *token = (struct token){begin, begin + 1, TOKEN_PUNCTUATION};
        return class_at(text, begin) & C_LONE;
    }
    const struct wordset *splits = &tokenizer->abbreviations->known->splits;
    *token = (struct token){begin, end, TOKEN_WORD};
    return (class_at(text, end) & (C_SPACE | C_LONE)) &&
           !wordset_may_hold(splits, text.data + begin, end - begin);
}

/* ---- Emoticons ------------------------------------------------------------------------------ */

/* Eyes, a nose or none, a mouth or several, and nothing that touches them. */
size_t token_emoticon_end(quern_string text, size_t begin)
{
    size_t at = begin + 1;
    if (is_word_byte_before(text, begin))
        return 0;
    if (text.data[begin] == '<')
        return byte_at(text, at) == '3' && !(class_at(text, at + 1) & C_WORD) ? at + 1 : 0;
    if (!is_one_of((unsigned char)text.data[begin], ":;="))
        return 0;
    at += is_one_of((unsigned char)byte_at(text, at), "-o^'");
    size_t mouth = at;
    at += count_run(text, at, ")(");
    if (at == mouth && is_one_of((unsigned char)byte_at(text, at), "DPpOoS|/\\][}{*"))
        at++;
    return at > mouth && !(class_at(text, at) & (C_WORD | C_HIGH)) ? at : 0;
}

/* ---- Marks --------------------------------------------------------------------------------- */

/* Marks that are one token when several stand together: the dots of an ellipsis, a line drawn
 * with signs, "?!". Others run only with themselves; brackets and commas do not. */
static size_t mark_run_end(quern_string text, size_t begin)
{
    char mark = text.data[begin];
    if (strchr(".!?", mark))
        return begin + count_run(text, begin, ".!?");
    if (strchr("-=", mark))
        return begin + count_run(text, begin, "-=");
    if (strchr("*~+$#<>/\\|^%&@", mark))
        return begin + count_run(text, begin, (char[]){mark, '\0'});
    if (strchr("'`", mark) && byte_at(text, begin + 1) == mark)
        return begin + 2;
    return begin + 1;
}

/* "'s" apart from its word, "'em", a hashtag, a mention, ".5". */
static bool read_marked_word(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    size_t begin = tokenizer->at;
    char mark = text.data[begin];
    bool letter_follows = class_at(text, begin + 1) & (C_LETTER | C_UNDERSCORE);
    bool inside = is_word_byte_before(text, begin);
    if (mark == '.' && !inside && (class_at(text, begin + 1) & C_DIGIT)) {
        tokenizer->at++;
        word_read(tokenizer, token);
        token->begin = begin;
        return true;
    }
    if (!letter_follows || inside || (mark != '#' && mark != '@'))
        return false;
    size_t end = internet_name_end(text, begin + 1);
    *token = (struct token){begin, end, mark == '#' ? TOKEN_HASHTAG : TOKEN_MENTION};
    return true;
}

static bool read_apostrophe_word(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    size_t begin = tokenizer->at;
    size_t end = 0;
    if (!apostrophe_size(text, begin))
        return false;
    if (is_word_byte_before(text, begin) || text.data[begin - (begin > 0)] == '.') {
        end = apostrophe_enclitic_end(text, begin);
    } else if (class_at(text, begin + 1) & C_LETTER) {
        end = begin + 1;
        while (end - begin < WORDSET_LONGEST && (class_at(text, end) & C_LETTER))
            end++;
        quern_string word = {text.data + begin, end - begin};
        size_t first = wordset_find(&tokenizer->abbreviations->known->splits, word);
        tokenizer->rest = first > 0 && first < word.size ? end : 0;
        end = first > 0 ? begin + first : 0;
    }
    *token = (struct token){begin, end, TOKEN_WORD};
    return end > 0;
}

static void read_mark(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    size_t begin = tokenizer->at;
    if (read_apostrophe_word(tokenizer, token) || read_marked_word(tokenizer, token))
        return;
    size_t end = token_emoticon_end(text, begin);
    enum token_kind kind = TOKEN_EMOTICON;
    if (end == 0) {
        end = mark_run_end(text, begin);
        kind = strchr("$%&#@*+=<>|~^`", text.data[begin]) ? TOKEN_SYMBOL : TOKEN_PUNCTUATION;
    }
    *token = (struct token){begin, end, kind};
}

/* ---- Beyond ASCII -------------------------------------------------------------------------- */

static enum token_kind kind_of_character(struct character c)
{
    if (c.word_break == BREAK_PICTOGRAPH || c.word_break == BREAK_REGIONAL)
        return TOKEN_EMOTICON;
    if (c.kind == KIND_PUNCTUATION)
        return TOKEN_PUNCTUATION;
    if (c.kind == KIND_NUMBER)
        return TOKEN_NUMBER;
    return kind_is_letter(c.kind) ? TOKEN_WORD : TOKEN_SYMBOL;
}

/* A segment of UAX #29; equal dashes and dots together are one. */
static void read_segment(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    struct character c = character_at(text, tokenizer->at);
    size_t end = wordbreak_end(text, tokenizer->at);
    while (c.kind == KIND_PUNCTUATION && end < text.size && character_at(text, end).code == c.code)
        end = wordbreak_end(text, end);
    *token = (struct token){tokenizer->at, end, kind_of_character(c)};
}

static void read_beyond_ascii(struct tokenizer *tokenizer, struct token *token)
{
    if (is_word_start(character_at(tokenizer->text, tokenizer->at)))
        word_read(tokenizer, token);
    else if (!read_apostrophe_word(tokenizer, token))
        read_segment(tokenizer, token);
}

/* ---- All ----------------------------------------------------------------------------------- */

/* Moves to where the next token begins; false at the end of the text. */
static bool skip_spaces(struct tokenizer *tokenizer)
{
    quern_string text = tokenizer->text;
    for (;;) {
        while (tokenizer->at < text.size && class_at(text, tokenizer->at) == C_SPACE)
            tokenizer->at++;
        size_t next = tokenizer->at;
        if (tokenizer->at >= text.size)
            return false;
        if (class_at(text, next) != C_HIGH || character_next(text, &next).kind != KIND_SPACE)
            return true;
        tokenizer->at = next;
    }
}

/* The next segment of UAX #29 that does not begin with white space. */
static bool next_segment(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    while (tokenizer->at < text.size) {
        size_t begin = tokenizer->at;
        struct character c = character_at(text, begin);
        tokenizer->at = wordbreak_end(text, begin);
        if (class_at(text, begin) == C_SPACE || c.kind == KIND_SPACE)
            continue;
        *token = (struct token){begin, tokenizer->at, kind_of_character(c)};
        return true;
    }
    return false;
}

bool token_next(struct tokenizer *tokenizer, struct token *token)
{
    if (tokenizer->unicode_only)
        return next_segment(tokenizer, token);
    if (tokenizer->rest > 0) {
        *token = (struct token){tokenizer->at, tokenizer->rest, TOKEN_WORD};
        tokenizer->at = tokenizer->rest;
        tokenizer->rest = 0;
        return true;
    }
    if (!skip_spaces(tokenizer))
        return false;
    uint8_t class = class_at(tokenizer->text, tokenizer->at);
    if (!read_plain(tokenizer, token)) {
        if (class & C_WORD)
            word_read(tokenizer, token);
        else if (class == C_HIGH)
            read_beyond_ascii(tokenizer, token);
        else
            read_mark(tokenizer, token);
    }
    tokenizer->at = token->end;
    return true;
}
