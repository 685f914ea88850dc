/*
 * Texts for a terminal; see terminal.h.
 */
#include "command/terminal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>
#include <utf8proc.h>

struct terminal terminal_open(void)
{
    struct terminal terminal = {.stream = stdout, .colour = stream_wants_colour(stdout)};
    const char *pager = getenv("PAGER");
    if (!isatty(STDOUT_FILENO) || (pager && !*pager))
        return terminal;
    setenv("LESS", "FRX", 0); /* ends when all fits on the screen, and takes our colours */
    /* PAGER is a command line, by POSIX. NOLINTNEXTLINE(cert-env33-c) */
    FILE *pipe = popen(pager ? pager : "less", "w");
    if (pipe) {
        terminal.stream = pipe;
        terminal.paged = true;
    }
    return terminal;
}

void terminal_close(struct terminal *terminal)
{
    if (terminal->paged)
        pclose(terminal->stream);
}

void terminal_style(const struct terminal *terminal, const char *numbers)
{
    if (terminal->colour)
        fprintf(terminal->stream, "\033[%sm", numbers);
}

/* Controls, formats (the bidirectional ones among them), separators of lines, what is not
 * assigned. */
static bool is_unseen(uint32_t code)
{
    if (code == '\n' || code == '\t')
        return false;
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    case UTF8PROC_CATEGORY_ZS:
        return code != ' ';
    default:
        return false;
    }
}

static void print_valid(FILE *stream, quern_string text)
{
    size_t done = 0;
    for (size_t at = 0; at < text.size;) {
        const size_t begin = at;
        uint32_t code = quern_next_char(text, &at);
        if (!is_unseen(code))
            continue;
        fwrite(text.data + done, 1, begin - done, stream);
        fprintf(stream, "<U+%04" PRIX32 ">", code);
        done = at;
    }
    fwrite(text.data + done, 1, text.size - done, stream);
}

void terminal_text(const struct terminal *terminal, quern_string text)
{
    for (size_t at = 0; at < text.size;) {
        size_t valid = utf8_valid_prefix(text.data + at, text.size - at);
        print_valid(terminal->stream, (quern_string){text.data + at, valid});
        at += valid;
        if (at < text.size)
            fprintf(terminal->stream, "<%02X>", (unsigned)(unsigned char)text.data[at++]);
    }
}
