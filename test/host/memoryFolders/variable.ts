/** The variable with the files that `memory:` begins with: JSON, path → text. */
export const memoryFilesVariable = 'KUBEPROM_TEST_MEMORY_FILES';
