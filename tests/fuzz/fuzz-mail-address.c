/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "servers/mail/mail-address.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is taken can be written, and reads the same again. */
static void
check (const MailAddress *address)
{
  g_autofree char *text = mail_address_to_string (address);
  g_autoptr (MailAddress) again = NULL;

  if (mail_address_is_null (address))
    return;
  again = mail_address_parse (text, strlen (text));
  g_assert_nonnull (again);
  g_assert_cmpstr (again->local_part, ==, address->local_part);
  g_assert_cmpstr (again->domain, ==, address->domain);
  g_assert_true (g_str_is_ascii (address->domain));
  g_assert_true (g_utf8_validate (address->local_part, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;

  for (MailPathKind kind = MAIL_PATH_REVERSE; kind <= MAIL_PATH_FORWARD; kind++)
    {
      gsize taken = 0;
      g_autoptr (MailAddress) address = mail_address_parse_path (text, size, kind, &taken);

      if (address == NULL)
        continue;
      g_assert_cmpuint (taken, <=, size);
      g_assert_cmpint (text[taken - 1], ==, '>');
      check (address);
    }

  {
    g_autoptr (MailAddress) address = mail_address_parse (text, size);

    if (address != NULL)
      check (address);
  }
  return 0;
}
