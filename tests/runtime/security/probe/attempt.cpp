#include "attempt.hpp"

#include <stdio.h>

namespace probe {

const char* error_name(int error) {
  struct Row {
    int error;
    const char* name;
  };
  static constexpr Row kRows[] = {{EPERM, "EPERM"},   {EACCES, "EACCES"},   {EROFS, "EROFS"},
                                  {ENOSYS, "ENOSYS"}, {ENOENT, "ENOENT"},   {EAGAIN, "EAGAIN"},
                                  {EIO, "EIO"},       {ETXTBSY, "ETXTBSY"}, {ECONNREFUSED, "ECONNREFUSED"},
                                  {ENOTTY, "ENOTTY"}, {EBUSY, "EBUSY"},     {EINVAL, "EINVAL"}};
  for (const Row& row : kRows)
    if (row.error == error) return row.name;
  static char text[32];
  snprintf(text, sizeof text, "errno %d", error);
  return text;
}

void tell(const char* what, long result) {
  printf("%s: %s\n", what, result == -1 ? error_name(errno) : "OPEN");
}

void tell_reached(const char* what, long result) {
  const bool refused = result == -1 && (errno == EPERM || errno == EACCES || errno == ENOSYS);
  printf("%s: %s\n", what, refused ? error_name(errno) : "OPEN");
}

void tell_word(const char* what, const char* word) { printf("%s: %s\n", what, word); }

void tell_number(const char* what, long number) { printf("%s: %ld\n", what, number); }

}  // namespace probe
