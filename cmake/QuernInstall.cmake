# What `cmake --install` puts where, and what lets others build against it.

include(CMakePackageConfigHelpers)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/quern)

install(TARGETS libquern EXPORT quern)
install(FILES core/quern.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY pipelines/ DESTINATION ${CMAKE_INSTALL_DATADIR}/quern/pipelines
    FILES_MATCHING PATTERN "*.yaml")
file(RELATIVE_PATH bin_to_lib ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(quern PROPERTIES INSTALL_RPATH "$ORIGIN/${bin_to_lib}")
install(TARGETS quern)
install(TARGETS quern_packed LIBRARY NAMELINK_SKIP)

install(EXPORT quern NAMESPACE quern:: FILE quern-targets.cmake DESTINATION ${config_dir})
configure_package_config_file(cmake/quern-config.cmake.in quern-config.cmake
    INSTALL_DESTINATION ${config_dir} PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(quern-config-version.cmake COMPATIBILITY SameMinorVersion)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX OUTPUT_VARIABLE pkgconfig_to_prefix
    BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
configure_file(cmake/quern.pc.in quern.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/quern-config.cmake
    ${PROJECT_BINARY_DIR}/quern-config-version.cmake cmake/QuernStage.cmake
    DESTINATION ${config_dir})
install(FILES ${PROJECT_BINARY_DIR}/quern.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# Man pages and completion come from the tables that --help comes from, so the program writes them.
if(NOT CMAKE_CROSSCOMPILING)
    set(docs ${PROJECT_BINARY_DIR}/docs)
    file(MAKE_DIRECTORY ${docs}/man)
    add_custom_command(OUTPUT ${docs}/quern.bash
        COMMAND quern man ${docs}/man
        COMMAND quern completion fish > ${docs}/quern.fish
        COMMAND quern completion zsh > ${docs}/_quern
        COMMAND quern completion bash > ${docs}/quern.bash
        DEPENDS quern VERBATIM)
    add_custom_target(docs ALL DEPENDS ${docs}/quern.bash)
    add_dependencies(docs program)      # the man pages tell of the stages as well
    install(DIRECTORY ${docs}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    install(FILES ${docs}/quern.bash RENAME quern
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    install(FILES ${docs}/_quern DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
    install(FILES ${docs}/quern.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
