/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/dns/dns-option.h"

#include "core/settings/endpoint.h"

static char resolver[ENDPOINT_TEXT_MAX]; /* "": none was named */

gboolean
dns_option_take_resolver (const char *option, const char *value, gpointer data, GError **error)
{
  Endpoint endpoint;

  if (!endpoint_parse (value, &endpoint) || endpoint.any_address)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s %s: not ADDRESS:PORT",
                   option, value);
      return FALSE;
    }
  endpoint_to_string (&endpoint, resolver);
  return TRUE;
}

const char *
dns_option_resolver (void)
{
  return *resolver != '\0' ? resolver : NULL;
}
