# cmake -D OUTPUT=FILE -D "INPUTS=FILE;..." -D HEADER=HEADER -D ARRAY=NAME -P embed.cmake: writes the
# files as C arrays, and a table of them that the header declares.

set(arrays "")
set(rows "")
foreach(input IN LISTS INPUTS)
    file(READ "${input}" bytes HEX)
    string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    cmake_path(GET input FILENAME name)
    string(MAKE_C_IDENTIFIER "${name}" array)
    string(APPEND arrays "static const unsigned char ${array}[] = {\n    ${bytes}};\n\n")
    string(APPEND rows "    {\"${name}\", {(const char *)${array}, sizeof ${array}}},\n")
endforeach()
file(WRITE "${OUTPUT}" "/* Made by embed.cmake: do not edit. */\n#include \"${HEADER}\"\n\n"
    "${arrays}const struct skeleton_file ${ARRAY}[] = {\n${rows}    {NULL, {NULL, 0}}};\n")
