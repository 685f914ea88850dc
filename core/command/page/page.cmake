# The pages that commands write, made part of the library: for each an HTML file, and the CSS and the
# JavaScript that go into it.

set(page ${CMAKE_CURRENT_LIST_DIR})
file(GLOB page_files CONFIGURE_DEPENDS ${page}/*.html ${page}/*.css ${page}/*.js)
set(embed ${PROJECT_SOURCE_DIR}/core/command/skeleton/embed.cmake)
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/page.c
    COMMAND ${CMAKE_COMMAND} -D OUTPUT=${PROJECT_BINARY_DIR}/page.c
        -D "INPUTS=${page_files}" -D HEADER=command/page.h -D ARRAY=page_files -P ${embed}
    DEPENDS ${page_files} ${embed} VERBATIM)
target_sources(quern_objects PRIVATE ${PROJECT_BINARY_DIR}/page.c)
