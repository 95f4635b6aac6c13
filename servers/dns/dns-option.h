/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** The row --resolver ADDRESS:PORT of a server's table of options. */
#define DNS_OPTION_RESOLVER                                                                        \
  {                                                                                                \
    "resolver", 0, 0, G_OPTION_ARG_CALLBACK, dns_option_take_resolver,                             \
        "The DNS server to ask (those of the system)", "ADDRESS:PORT"                              \
  }

/** A GOptionArgFunc. Fails with a G_OPTION_ERROR for anything but ADDRESS:PORT. */
gboolean
dns_option_take_resolver (const char *option, const char *value, gpointer data, GError **error);

/** Returns: (nullable): the resolver that was named, for dns_new(); as long as the process lives */
const char *dns_option_resolver (void);
