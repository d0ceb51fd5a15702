// A character set conversion as the C library loads it, see gconv.h; it leaves a mark where it has been loaded.
#include <sys/stat.h>

__attribute__((constructor)) static void mark(void) { mkdir("/code-of-the-archive-has-run", 0755); }

int gconv_init(void* step) { return step == 0; }
int gconv(void) { return 0; }
