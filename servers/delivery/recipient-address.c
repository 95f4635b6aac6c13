/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/recipient-address.h"

#include <string.h>

MailAddress *
recipient_address_parse (const char *text)
{
  g_autofree char *path = g_strdup_printf ("<%s>", text);
  gsize taken;
  g_autoptr (MailAddress) address
      = mail_address_parse_path (path, strlen (path), MAIL_PATH_FORWARD, &taken);
  return address != NULL && taken == strlen (path) ? g_steal_pointer (&address) : NULL;
}
