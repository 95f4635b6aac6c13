/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "servers/auth/user-table.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* No password is checked: a hash takes its time, and is not ours. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (UserTable) table = user_table_parse ((const char *) data, size, problems);
  g_autofree char *mailbox = user_table_find_mailbox (table, "joe", "example.org");
  g_autofree char *apop
      = user_table_check_apop (table, "joe", "<1@example.org>", "c4c9334bac560ecc979e58001b3e22fb");

  IpAddress client = { 0 };
  guint64 quota = user_table_quota (table, "joe");
  gboolean is_admitted = user_table_admits (table, "joe", &client);

  /* Who is not there has no quota and no rules. */
  g_assert_true (user_table_contains (table, "joe") || (quota == 0 && is_admitted));
  for (guint i = 0; i < problems->len; i++)
    g_assert_true (g_str_has_prefix (problems->pdata[i], "line "));
  return 0;
}
