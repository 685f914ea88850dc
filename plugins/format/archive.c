/*
 * Archives in the format ustar (POSIX.1-2017, pax, "ustar Interchange Format").
 *
 * The two blocks of zeros that end an archive are left out, since nothing is written behind the last
 * document; tar, bsdtar and Python take the end of the file for it.
 */
#include "archive.h"

#include "character.h"

#include <inttypes.h>
#include <stdio.h>

enum { BLOCK = 512, NAME_MAX_SIZE = 100, BASE_MAX = 60 };

/* All texts, padded with NULs; `padding` makes a whole block of it. */
struct header {
    char name[NAME_MAX_SIZE], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type,
        link[100], magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155],
        padding[12];
};

/* ---- Names ---- */

/* FNV-1a */
static uint64_t hash_of(quern_string text)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * 1099511628211u;
    return hash;
}

static bool is_name_char(uint32_t code)
{
    return (code >= '0' && code <= '9') || ((code | 0x20) >= 'a' && (code | 0x20) <= 'z') ||
           code == '-' || code == '_' || code == '.' ||
           (code >= 0xA0 && code != REPLACEMENT && !is_white_space(code));
}

/* Appends what can stand in a name from `id`. False when it is not the same: no part of a path is
 * empty, or begins with a point or a hyphen, none is long, and all can be seen. */
static bool add_base(char *name, size_t *size, quern_string id)
{
    bool same = true, starts = true;
    for (size_t at = 0; at < id.size; starts = name[*size - 1] == '/') {
        char bytes[4];
        uint32_t code = next_safe_char(id, &at);
        bool parts = code == '/' && !starts && at < id.size;
        bool fine = parts || (is_name_char(code) && !(starts && (code == '.' || code == '-')));
        size_t length = encode_char(fine ? code : '_', bytes);
        if (*size + length > BASE_MAX)
            return false;
        memcpy(name + *size, bytes, length);
        *size += length;
        same = same && fine;
    }
    return same;
}

/* The document's id, with `suffix` in place of ".txt". What is not told by the name, a number that
 * is made from it tells. */
static void make_name(char name[NAME_MAX_SIZE + 1], quern_document *doc, const char *suffix)
{
    static const char text_suffix[] = ".txt";
    const size_t text_size = sizeof text_suffix - 1;
    quern_string id = quern_id(doc);
    uint64_t hash = hash_of(id.size ? id : quern_text(doc));
    bool is_text =
        id.size > text_size && !memcmp(id.data + id.size - text_size, text_suffix, text_size);
    if (is_text)
        id.size -= text_size;
    size_t size = 0;
    bool same = add_base(name, &size, id.size ? id : QUERN_STRING("document")) && id.size;
    if (!same)
        size += (size_t)snprintf(name + size, NAME_MAX_SIZE - size, "-%016" PRIx64, hash);
    snprintf(name + size, NAME_MAX_SIZE + 1 - size, "%s", suffix);
}

/* ---- Files ---- */

static void set_checksum(struct header *header)
{
    const unsigned char *bytes = (const unsigned char *)header;
    unsigned sum = 0;
    memset(header->checksum, ' ', sizeof header->checksum);
    for (size_t i = 0; i < sizeof *header; i++)
        sum += bytes[i];
    snprintf(header->checksum, sizeof header->checksum, "%06o", sum);
}

bool archive_add(struct output *archive, quern_document *doc, const char *suffix,
                 const struct output *file)
{
    static const char zeros[BLOCK];
    struct header header = {.mode = "0000644",
                            .uid = "0000000",
                            .gid = "0000000",
                            .mtime = "00000000000",
                            .type = '0',
                            .magic = "ustar",
                            .version = {'0', '0'}};
    char name[NAME_MAX_SIZE + 1];
    if (file->size >> 33)
        return false;
    make_name(name, doc, suffix);
    memcpy(header.name, name, strlen(name));
    snprintf(header.size, sizeof header.size, "%011" PRIo64, (uint64_t)file->size);
    set_checksum(&header);
    output_bytes(archive, (const char *)&header, sizeof header);
    output_bytes(archive, file->data, file->size);
    output_bytes(archive, zeros, (BLOCK - file->size % BLOCK) % BLOCK);
    return true;
}
