/*
 * packing.c - tells packed bytes by how they begin, and loads what takes them apart.
 *
 * Every mark has bytes that no UTF-8 text has there, so that no text is taken for an archive; for
 * tar (POSIX.1-2017, pax, "ustar Interchange Format") this is the NUL or the blank and NUL behind
 * "ustar".
 */
#include "packing.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#define MARK(at, bytes, packing, archive)                                                          \
    {                                                                                              \
        at, {bytes, sizeof(bytes) - 1},                                                            \
        {                                                                                          \
            packing, archive                                                                       \
        }                                                                                          \
    }

static const struct mark {
    size_t at;
    quern_string bytes;
    struct packing_kind kind;
} marks[] = {
    MARK(0, "\x1F\x8B", PACKING_GZIP, false),
    MARK(0,
         "\xFD"
         "7zXZ\0",
         PACKING_XZ, false),
    MARK(0, "\x28\xB5\x2F\xFD", PACKING_ZSTD, false),
    MARK(1, "\x2A\x4D\x18", PACKING_ZSTD, false), /* a frame to be skipped */
    MARK(4, "1AY&SY", PACKING_BZIP2, false),
    MARK(4, "\x17rE8P\x90", PACKING_BZIP2, false), /* an empty one */
    MARK(0, "PK\3\4", PACKING_NONE, true),
    MARK(0, "PK\5\6", PACKING_NONE, true),
    MARK(0, "7z\xBC\xAF\x27\x1C", PACKING_NONE, true),
    MARK(257, "ustar\0", PACKING_NONE, true),
    MARK(257, "ustar  \0", PACKING_NONE, true),
};

static const struct suffix {
    const char *text;
    enum packing packing;
} suffixes[] = {
    {".gz", PACKING_GZIP},
    {".xz", PACKING_XZ},
    {".zst", PACKING_ZSTD},
    {".bz2", PACKING_BZIP2},
};

enum { MARKS = sizeof marks / sizeof *marks, SUFFIXES = sizeof suffixes / sizeof *suffixes };

static bool has_mark(quern_string head, const struct mark *mark)
{
    size_t end = mark->at + mark->bytes.size;
    if (head.size < end || memcmp(head.data + mark->at, mark->bytes.data, mark->bytes.size) != 0)
        return false;
    if (mark->kind.packing == PACKING_BZIP2)
        return !memcmp(head.data, "BZh", 3);
    return mark->at != 1 || (head.data[0] & 0xF0) == 0x50;
}

struct packing_kind packing_of(quern_string head)
{
    for (size_t i = 0; i < MARKS; i++)
        if (has_mark(head, &marks[i]))
            return marks[i].kind;
    return (struct packing_kind){PACKING_NONE, false};
}

/* What may become a tar has a NUL behind a short name, or in the fields behind a long one. */
bool packing_is_open(quern_string head)
{
    enum { OTHERS_END = 10 };
    return head.size < OTHERS_END ||
           (head.size < PACKING_HEAD && memchr(head.data, '\0', head.size));
}

static const struct suffix *find_suffix(const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < SUFFIXES; i++) {
        size_t length = strlen(suffixes[i].text);
        if (size > length && !strcmp(name + size - length, suffixes[i].text))
            return &suffixes[i];
    }
    return NULL;
}

enum packing packing_of_name(const char *name)
{
    const struct suffix *suffix = find_suffix(name);
    return suffix ? suffix->packing : PACKING_NONE;
}

size_t packing_stem(const char *name)
{
    const struct suffix *suffix = find_suffix(name);
    return strlen(name) - (suffix ? strlen(suffix->text) : 0);
}

/* ---- The library ---- */

#define LIBRARY "libquern-packed.so.0"

/* There where it is linked in, as it is into tests. */
extern const struct packed_functions quern_packed __attribute__((weak));

/* It stands beside the one that this is in. */
static const struct packed_functions *load(const char **why)
{
    static const int here;
    char path[4096];
    Dl_info info;
    *why = "the library " LIBRARY " cannot be found";
    if (!dladdr(&here, &info) || !info.dli_fname)
        return NULL;
    const char *slash = strrchr(info.dli_fname, '/');
    int folder = slash ? (int)(slash - info.dli_fname) + 1 : 0;
    int length = snprintf(path, sizeof path, "%.*s" LIBRARY, folder, info.dli_fname);
    if (length < 0 || (size_t)length >= sizeof path)
        return NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const struct packed_functions *functions = library ? dlsym(library, PACKED_SYMBOL) : NULL;
    if (functions && functions->version == PACKED_VERSION)
        return functions;
    *why = library ? "the library " LIBRARY " is of another version" : dlerror();
    return NULL;
}

const struct packed_functions *packing_functions(const char **why)
{
    static const struct packed_functions *functions;
    if (!functions)
        functions = &quern_packed ? &quern_packed : load(why);
    return functions;
}
