/*
 * message.h - what the header of a message tells.
 */
#ifndef QUERN_CODEC_MESSAGE_H
#define QUERN_CODEC_MESSAGE_H

#include "document/document.h"

/* Sets "from", "date" and "subject" in the metadata of a document whose text is a message (RFC 5322),
 * with or without the line of a mailbox before it. Encoded words (RFC 2047) stay as they are. */
quern_status message_read_header(quern_document *doc);

#endif
