/*
 * cutter.h - where one record ends and the next begins.
 */
#ifndef QUERN_CODEC_CUTTER_H
#define QUERN_CODEC_CUTTER_H

#include "codec.h"

/* Records are parted by a string of bytes. Some of it may belong to the one before, some to the one
 * behind; what is between is in neither. */
struct cutter {
    quern_string separator; /* no bytes: all of the input is one record */
    size_t before, behind;  /* how many of its bytes belong to which */
    enum record_format format;
    bool carriage;    /* a CR that stands before it is part of it */
    bool skips_blank; /* what is only white space is no record */
    bool skips_mark;  /* as is a byte order mark at the start */
};

/* For any format but SOURCE_AUTO. */
struct cutter cutter_for(enum source_format format, quern_string separator);

/* Looks for a separator in bytes of which the first `*searched` were looked at before. False when
 * there is none; `*searched` then is where to go on when there are more bytes. */
bool cutter_find(const struct cutter *cutter, quern_string bytes, size_t *searched);

/* What is between two records and in neither; nothing where a document that is written as text
 * does not want it back. */
quern_string cutter_between(const struct cutter *cutter);

/* How many lines end in the bytes of a record, behind which a separator stands when it is `parted`. */
uint64_t cutter_count_lines(const struct cutter *cutter, quern_string bytes, bool parted);

#endif
