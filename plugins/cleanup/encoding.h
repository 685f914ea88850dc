/*
 * encoding.h - sources that are not UTF-8.
 *
 *   encoding.c  finds out what the bytes of a source are
 *   decode.c    turns them into text, each character with its way back
 */
#ifndef ENCODING_H
#define ENCODING_H

#include "cleanup.h"

#include <iconv.h>

#define UNDEFINED (NOTHING - 1)

/* Encodings that are told apart by what a text in them costs, the most usual first; and those of
 * several bytes a character that uchardet finds. As iconv and, in small letters, the edits name them. */
#define ENCODINGS_OF_BYTES(X)                                                                      \
    X("windows-1252")                                                                              \
    X("windows-1251")                                                                              \
    X("windows-1250")                                                                              \
    X("windows-1254")                                                                              \
    X("windows-1253")                                                                              \
    X("windows-1257")                                                                              \
    X("windows-1255")                                                                              \
    X("windows-1256")                                                                              \
    X("windows-1258")                                                                              \
    X("iso-8859-2")                                                                                \
    X("iso-8859-5")                                                                                \
    X("iso-8859-7")                                                                                \
    X("koi8-r")                                                                                    \
    X("koi8-u")                                                                                    \
    X("mac-cyrillic")                                                                              \
    X("macintosh")                                                                                 \
    X("ibm866")                                                                                    \
    X("ibm850")                                                                                    \
    X("ibm852")                                                                                    \
    X("tis-620")
#define ENCODINGS_OF_WORDS(X) X("shift_jis") X("euc-jp") X("gb18030") X("big5") X("uhc") X("euc-tw")

/* What each byte is, in an encoding of one byte a character; UNDEFINED for those that are nothing, or
 * not all. */
struct byte_table {
    uint32_t codes[256];
};

/* encoding.c: whether the text is as it was read, and the source at hand. */
bool encoding_is_open(const quern_document *doc);
/* Sets the name of the encoding that the options give, or that the source shows; NULL when the
 * text is to stay as it was read. Constant, or as long as the stage. False after quern_fail(). */
bool encoding_find(const struct cleanup *options, const quern_document *doc, const char **encoding,
                   quern_call *call);
bool byte_table_fill(struct byte_table *table, const char *encoding);
/* Whether the encoding is one of one byte a character. */
bool byte_table_is_whole(const struct byte_table *table);

#endif
