/*
 * harness.h - one stage under test: open it, push documents through it, look at what came out,
 * close it.
 *
 *     #define QUERN_STATIC_STAGE
 *     #include "../../plugins/template/template.c"
 *     #include "../harness.c"
 *
 *     struct harness *harness = harness_open(&template_LTX_quern_plugin, "keep", "0", NULL);
 *     assert_int_equal(harness_push(harness, QUERN_STRING("a\n\nb\n")), QUERN_PASS);
 *     harness_expect_text(harness, "a\nb\n");
 *     harness_close(harness);
 *
 * What a stage must not do fails the test: leave an editor open, pass a document that has an error,
 * answer with a verdict that its mode does not have, change the text that it says it keeps, keep or
 * lose a document. What it leaks, the address sanitizer finds.
 */
#ifndef QUERN_TESTS_HARNESS_H
#define QUERN_TESTS_HARNESS_H

#include "plugin/plugin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct harness {
    const quern_stage *stage;
    struct options options;
    quern_call *call;
    bool opened;           /* the stage's `open` agreed */
    quern_document *doc;   /* pushed last; NULL when the stage holds it */
    struct buffer reports; /* what the stage reported, a line each: "warning 3-6: text"; and what it
                            * refused when it was opened: "refused keep[1] at 3: why" */
    quern_document *emitted[16];
    size_t emitted_count;
};

/* Opens the stage with options given as name, value, name, value, …, NULL; a list or a map takes
 * an entry each time. Options that are refused fail the test; a stage that does not open does not:
 * see `opened` and harness_reason(). */
struct harness *harness_open(const quern_stage *stage, ...) __attribute__((sentinel));
void harness_close(struct harness *harness);

/* Makes a document of the text and pushes it. */
quern_verdict harness_push(struct harness *harness, quern_string text);
/* Pushes a document, which the harness owns from then on. */
quern_verdict harness_push_document(struct harness *harness, quern_document *doc);
bool harness_flush(struct harness *harness);

/* Why the stage dropped, failed, or did not open. */
const char *harness_reason(struct harness *harness);

/* The text of the document that was pushed last. */
void harness_expect(struct harness *harness, quern_string text);
void harness_expect_text(struct harness *harness, const char *text);

/* Whether its text is its source, byte for byte, between what it says has changed. */
bool harness_leads_back(const struct harness *harness);

#endif
