/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "core/users/users-file.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Whatever stands there: what nobody asks to change stays, and what is asked for comes about. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (UsersFile) file = users_file_parse ((const char *) data, size);
  g_autoptr (GPtrArray) entries = users_file_list (file);
  gsize length;
  g_autofree char *same = users_file_to_text (file, &length);

  g_assert_cmpmem (same, length, data, size);
  for (guint i = 0; i < entries->len; i++)
    g_assert_true (users_file_contains (
        file, ((const UsersFileEntry *) g_ptr_array_index (entries, i))->name));

  if (!users_file_contains (file, "joe"))
    users_file_add (file, "joe", "{PLAIN}first");
  g_assert_true (users_file_set_secret (file, "joe", "{PLAIN}second"));
  g_assert_true (users_file_set_quota (file, "joe", 5));

  g_autofree char *text = users_file_to_text (file, &length);
  g_autoptr (UsersFile) again = users_file_parse (text, length);
  g_autofree char *secret = users_file_dup_clear_secret (again, "joe");
  g_assert_cmpstr (secret, ==, "second");
  g_assert_true (users_file_remove (again, "joe"));
  g_assert_false (users_file_contains (again, "joe"));
  return 0;
}
