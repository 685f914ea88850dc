/* detect.cpp - asks the Compact Language Detector 2, a library of C++, for the language of a text. */
#include "detect.h"

#include <cstdio>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

struct detected detect_language(const char *text, size_t size)
{
    const CLD2::CLDHints no_hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING,
                                     CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language languages[3];
    int percents[3], text_bytes, valid_bytes;
    double scores[3];
    bool reliable;
    CLD2::ExtDetectLanguageSummaryCheckUTF8(text, static_cast<int>(size), true, &no_hints,
                                            CLD2::kCLDFlagBestEffort, languages, percents, scores,
                                            nullptr, &text_bytes, &reliable, &valid_bytes);
    if (languages[0] == CLD2::UNKNOWN_LANGUAGE)
        return {"und", 0, false};
    return {CLD2::LanguageCode(languages[0]), percents[0], reliable};
}
