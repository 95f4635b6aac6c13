/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/mail-route.h"

#include "core/settings/row-words.h"

#define DIRECT "direct"

gboolean
mail_route_parse (const char *text, MailRoute *route)
{
  g_auto (GStrv) words = row_words_split (text);
  MailRoute parsed = { 0 };

  if (words == NULL || g_strv_length (words) != 2 || !host_name_is_pattern (words[0]))
    return FALSE;
  parsed.is_direct = g_str_equal (words[1], DIRECT);
  if (!parsed.is_direct && mail_router_parse (words[1], &parsed.router) != MAIL_ROUTER_VALID)
    return FALSE;
  parsed.domain = g_ascii_strdown (words[0], -1);
  *route = parsed;
  return TRUE;
}

char *
mail_route_to_text (const MailRoute *route)
{
  g_autofree char *router = route->is_direct ? NULL : mail_router_to_text (&route->router);

  return g_strdup_printf ("%s %s", route->domain, route->is_direct ? DIRECT : router);
}

void
mail_route_clear (MailRoute *route)
{
  g_clear_pointer (&route->domain, g_free);
}
