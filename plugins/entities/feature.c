/* feature.c - see feature.h. */
#include "feature.h"

#include <string.h>

/* The kinds of feature. A model knows them by number: to change one is to make a new version of the
 * model. */
enum kind {
    WORD,
    SPELLING,
    FORM,
    LISTS,
    LIST,
    CLUSTER,
    PREFIX,
    SUFFIX,
    EDGE,
    WORD_PAIR,
    CLUSTER_PAIR,
    CLUSTER_THREE,
    FORM_THREE,
    PHRASE,
    PHRASE_FORM,
    PHRASE_PAIR,
    PHRASE_WORD,
    PHRASE_CLUSTER,
    RULE,
    RULE_PAIR,
    RULE_FORM,
    RULE_PHRASE,
    RULE_WORD,
    RULE_STRENGTH,
    OPENING,
    TITLED,
    CAPITALS,
    BESIDE,
    VOTE,
    VOTE_RULE,
    VOTE_BESIDE,
    LINE
};

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t key = (a + b * 0x9E3779B97F4A7C15U) * 0xBF58476D1CE4E5B9U;
    key ^= key >> 32;
    return key * 0x94D049BB133111EBU;
}

static uint64_t key_of(enum kind kind, int offset, uint64_t value)
{
    return mix(value, (uint64_t)kind * 8 + (uint64_t)(offset + REACH));
}

static uint64_t key_of_two(enum kind kind, int offset, uint64_t a, uint64_t b)
{
    return key_of(kind, offset, mix(a, b));
}

/* ---- Words ---- */

static size_t add_lists(classes lists, int offset, uint64_t *keys)
{
    size_t count = 0;
    keys[count++] = key_of(LISTS, offset, lists);
    for (; lists != 0; lists &= lists - 1)
        keys[count++] = key_of(LIST, offset, (uint64_t)__builtin_ctzll(lists));
    return count;
}

static size_t add_clusters(const struct model *model, const struct word *word, int offset,
                           uint64_t *keys)
{
    if (word->cluster == NO_CLUSTER) {
        keys[0] = key_of(CLUSTER, offset, UINT64_MAX);
        return 1;
    }
    keys[0] = key_of(CLUSTER, offset, word->cluster);
    for (int i = 0; i < CLUSTER_GRAINS - 1; i++)
        keys[i + 1] =
            key_of(CLUSTER, offset, ((uint64_t)i + 1) << 32 | model->coarser[i][word->cluster]);
    return CLUSTER_GRAINS;
}

#define AFFIX 4

static uint64_t small(char byte)
{
    return (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
}

/* Its first and last letters, up to four of each. */
static size_t add_affixes(quern_string text, uint64_t *keys)
{
    size_t count = 0;
    uint64_t prefix = 1, suffix = 1;
    for (size_t i = 0; i < text.size && i < AFFIX; i++) {
        prefix = prefix << 8 | small(text.data[i]);
        suffix = suffix << 8 | small(text.data[text.size - 1 - i]);
        keys[count++] = key_of(PREFIX, 0, prefix);
        keys[count++] = key_of(SUFFIX, 0, suffix);
    }
    return count;
}

size_t features_of_word(const struct model *model, const struct word *word, int offset,
                        uint64_t keys[WORD_FEATURES])
{
    size_t count = 0;
    classes lists = (word->is | word->small) & ~CLASS(PREFIX);
    if (offset != 0)
        keys[count++] = key_of(WORD, offset, word->lower);
    keys[count++] = key_of(FORM, offset, word->form);
    count += add_clusters(model, word, offset, keys + count);
    if (offset >= -1 && offset <= 1)
        return count + add_lists(lists, offset, keys + count);
    keys[count++] = key_of(LISTS, offset, lists);
    return count;
}

size_t features_of_spelling(const struct word *word, quern_string text,
                            uint64_t keys[WORD_FEATURES])
{
    keys[0] = key_of(WORD, 0, word->lower);
    keys[1] = key_of(SPELLING, 0, word->key);
    return 2 + add_affixes(text, keys + 2);
}

size_t features_of_edge(int offset, uint64_t keys[WORD_FEATURES])
{
    keys[0] = key_of(EDGE, offset, 0);
    return 1;
}

/* ---- Places ---- */

static uint64_t phrase_sign(const struct sign *sign)
{
    return sign->lists * 4 + sign->phrase_place;
}

static uint64_t rule_sign(const struct sign *sign)
{
    return sign->rule == LABEL_NONE ? 0 : (uint64_t)sign->rule * 4 + sign->rule_place + 1;
}

static uint64_t coarser(const struct model *model, const struct word *word, int grain)
{
    return word->cluster == NO_CLUSTER ? UINT16_MAX : model->coarser[grain][word->cluster];
}

void view_place(struct view *view, const struct model *model, const struct reading *reading,
                const struct unit *unit, size_t i)
{
    static const struct word nothing = {.cluster = NO_CLUSTER};
    *view = (struct view){.reading = reading, .unit = unit, .i = i};
    for (size_t k = 0; k < 3; k++) {
        bool inside = i + k > 0 && i + k <= unit->count;
        const struct word *word = inside ? &unit->words[i + k - 1] : &nothing;
        const struct sign *sign = inside ? &reading->signs[i + k - 1] : NULL;
        view->word[k] = word;
        view->phrase[k] = sign ? phrase_sign(sign) : UINT64_MAX;
        view->rule[k] = sign ? rule_sign(sign) : UINT64_MAX;
        view->middle[k] = coarser(model, word, 0);
        view->coarse[k] = coarser(model, word, 1);
    }
}

static size_t add_pairs(const struct view *view, uint64_t *keys)
{
    const struct word *const *word = view->word;
    const uint64_t *middle = view->middle, *coarse = view->coarse;
    size_t count = 0;
    keys[count++] = key_of_two(WORD_PAIR, -1, word[0]->lower, word[1]->lower);
    keys[count++] = key_of_two(WORD_PAIR, 1, word[1]->lower, word[2]->lower);
    keys[count++] = key_of_two(CLUSTER_PAIR, -1, middle[0], middle[1]);
    keys[count++] = key_of_two(CLUSTER_PAIR, 1, middle[1], middle[2]);
    keys[count++] = key_of(CLUSTER_THREE, 0, coarse[0] << 32 | coarse[1] << 16 | coarse[2]);
    keys[count++] = key_of_two(FORM_THREE, 0, mix(word[0]->form, word[1]->form), word[2]->form);
    return count;
}

static void sign_phrases(const struct view *view, uint64_t sign[SIGN_SIZE])
{
    memcpy(sign, view->phrase, sizeof view->phrase);
    sign[3] = view->word[1]->form;
}

static size_t add_phrases(const struct view *view, uint64_t *keys)
{
    const uint64_t *phrase = view->phrase;
    keys[0] = key_of(PHRASE, 0, phrase[1]);
    keys[1] = key_of_two(PHRASE_FORM, 0, phrase[1], view->word[1]->form);
    keys[2] = key_of_two(PHRASE_PAIR, -1, phrase[0], phrase[1]);
    keys[3] = key_of_two(PHRASE_PAIR, 1, phrase[1], phrase[2]);
    return 4;
}

static size_t add_phrase_words(const struct view *view, uint64_t *keys)
{
    const uint64_t *phrase = view->phrase;
    keys[0] = key_of_two(PHRASE_WORD, -1, view->word[0]->lower, phrase[1]);
    keys[1] = key_of_two(PHRASE_WORD, 1, phrase[1], view->word[2]->lower);
    keys[2] = key_of_two(PHRASE_CLUSTER, -1, view->middle[0], phrase[1]);
    keys[3] = key_of_two(PHRASE_CLUSTER, 1, phrase[1], view->middle[2]);
    return 4;
}

static void sign_rules(const struct view *view, uint64_t sign[SIGN_SIZE])
{
    const uint64_t *rule = view->rule;
    sign[0] = (rule[0] & 0xFF) | (rule[1] & 0xFF) << 8 | (rule[2] & 0xFF) << 16;
    sign[1] = view->phrase[1];
    sign[2] = view->word[1]->form;
}

static size_t add_rules(const struct view *view, uint64_t *keys)
{
    const uint64_t *rule = view->rule;
    keys[0] = key_of(RULE, 0, rule[1]);
    keys[1] = key_of_two(RULE_PAIR, -1, rule[0], rule[1]);
    keys[2] = key_of_two(RULE_PAIR, 1, rule[1], rule[2]);
    keys[3] = key_of_two(RULE_FORM, 0, rule[1], view->word[1]->form);
    keys[4] = key_of_two(RULE_PHRASE, 0, rule[1], view->phrase[1]);
    return 5;
}

static size_t add_rule_words(const struct view *view, uint64_t *keys)
{
    const uint64_t *rule = view->rule;
    keys[0] = key_of_two(RULE_WORD, -1, view->word[0]->lower, rule[1]);
    keys[1] = key_of_two(RULE_WORD, 1, rule[1], view->word[2]->lower);
    keys[2] = key_of_two(RULE_STRENGTH, 0, rule[1], view->reading->signs[view->i].strength);
    return 3;
}

/* What the rules mostly take a word for, and how often it stands in the document. */
static uint64_t vote_sign(const struct mention *mention)
{
    if (!mention)
        return 0;
    unsigned best = 0, all = 0;
    for (unsigned i = 0; i <= NAME_KINDS; i++) {
        all += mention->votes[i];
        if (mention->votes[i] > mention->votes[best])
            best = i;
    }
    bool agreed = mention->votes[best] == all;
    return 1 + best * 8 + agreed * 4 + (all < 2 ? 0 : all < 4 ? 1 : 2);
}

/* The mention that stands in one of the three words; NULL for none. */
static const struct mention *mention_of(const struct view *view, size_t k)
{
    const struct sign *signs = view->reading->signs;
    size_t i = view->i + k;
    bool inside = i > 0 && i <= view->unit->count;
    uint32_t number = inside ? signs[i - 1].mention : KEYS_NONE;
    return number == KEYS_NONE ? NULL : &view->reading->mentions.items[number];
}

static void sign_document(const struct view *view, uint64_t sign[SIGN_SIZE])
{
    const struct mention *mention = mention_of(view, 1);
    bool first = view->i == 0, last = view->i + 1 == view->unit->count;
    sign[0] = (uint64_t)first | (uint64_t)last << 1 | (uint64_t)(mention != NULL) << 2;
    for (unsigned k = 0; k < 3; k++)
        sign[0] |= vote_sign(mention_of(view, k)) << (8 + 8 * k);
    sign[1] = view->rule[1];
    sign[2] = mention ? (uint64_t)mention->beside << 1 | (mention->count > 1) : 0;
}

static size_t add_document(const struct view *view, uint64_t *keys)
{
    const struct mention *mention = mention_of(view, 1);
    size_t count = 0;
    if (view->i > 0)
        keys[count++] = key_of(VOTE, -1, vote_sign(mention_of(view, 0)));
    if (view->i + 1 < view->unit->count)
        keys[count++] = key_of(VOTE, 1, vote_sign(mention_of(view, 2)));
    if (!mention)
        return count;
    uint64_t vote = vote_sign(mention);
    keys[count++] = key_of(VOTE, 0, vote);
    keys[count++] = key_of_two(VOTE_RULE, 0, vote, view->rule[1]);
    for (unsigned beside = mention->beside; beside != 0; beside &= beside - 1)
        keys[count++] = key_of(BESIDE, 0, (uint64_t)__builtin_ctz(beside));
    keys[count++] = key_of_two(VOTE_BESIDE, 0, mention->beside, mention->count > 1);
    return count;
}

static size_t add_unit(const struct view *view, uint64_t *keys)
{
    const struct unit *unit = view->unit;
    uint64_t form = view->word[1]->form;
    size_t count = 0;
    if (view->i == 0)
        keys[count++] = key_of_two(OPENING, 0, form, view->word[1]->small);
    if (unit->titled)
        keys[count++] = key_of_two(TITLED, 0, form, view->rule[1]);
    if (unit->capitals)
        keys[count++] = key_of_two(CAPITALS, 0, form, view->rule[1]);
    if (unit->place_line || unit->person_line)
        keys[count++] = key_of_two(LINE, 0, form, unit->place_line);
    return count;
}

const struct feature_part feature_parts[FEATURE_PARTS] = {
    {NULL, add_pairs},       {sign_phrases, add_phrases}, {NULL, add_phrase_words},
    {sign_rules, add_rules}, {NULL, add_rule_words},      {sign_document, add_document},
    {NULL, add_unit},
};
