/* Any bytes as a journal, as they are and with their hashes put right: what is found in them lies
 * within them, each piece behind the one before. */
#include "runner/journal.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MARK = sizeof "quern journal 1\n" - 1, HASHED = 16, HEAD = 24 };

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static const char *expect_within(const struct buffer *bytes, const char *from, quern_string piece)
{
    expect(piece.data >= from && piece.data <= bytes->data + bytes->size);
    expect(piece.size <= (size_t)(bytes->data + bytes->size - piece.data));
    return piece.data + piece.size;
}

static void check(quern_string bytes)
{
    struct journal_content content = {0};
    buffer_add_string(&content.bytes, bytes);
    if (!content.bytes.failed && journal_parse(&content)) {
        const char *end = content.bytes.data;
        if (content.identity.size)
            end = expect_within(&content.bytes, end, content.identity);
        for (size_t i = 0; i < content.count; i++) {
            struct checkpoint checkpoint;
            quern_string statistics;
            end = expect_within(&content.bytes, end, content.checkpoints[i]);
            if (journal_unpack(content.checkpoints[i], &checkpoint, &statistics))
                expect_within(&content.bytes, content.checkpoints[i].data, statistics);
        }
        expect(content.broken == !content.count);
    }
    journal_free(&content);
}

static void put_right(char *bytes, size_t size)
{
    uint64_t entry, hash;
    for (size_t at = MARK; at < size && size - at >= HEAD; at += HEAD + (size_t)entry) {
        memcpy(&entry, bytes + at, sizeof entry);
        if (entry > size - at - HEAD)
            return;
        hash = hash_add(HASH_EMPTY, bytes + at, HASHED);
        hash = hash_add(hash, bytes + at + HEAD, (size_t)entry);
        memcpy(bytes + at + HASHED, &hash, sizeof hash);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = memory_copy((const char *)data, size);
    check((quern_string){(const char *)data, size});
    if (copy) {
        memcpy(copy, "quern journal 1\n", size < MARK ? size : MARK);
        put_right(copy, size);
        check((quern_string){copy, size});
    }
    free(copy);
    return 0;
}
