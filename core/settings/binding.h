/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/** An address of this system that has a host name of its own: a row of smtp.bindings. */
typedef struct
{
  IpAddress address;
  char *host_name; /* (owned) in lower case: what the SMTP server calls itself there */
  char **domains;  /* (owned) domain patterns in lower case, each once: mail whose sender is in one
                      of them leaves from there; may be empty, never NULL */
} Binding;

/**
 * Reads "192.0.2.7 mail.example.org example.org *.example.org". Neither a network nor the address
 * that stands for all (0.0.0.0, ::) is an address here. Returns FALSE, and leaves @binding alone,
 * for anything else.
 */
gboolean binding_parse (const char *text, Binding *binding) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the row in its normal form */
char *binding_to_text (const Binding *binding);

void binding_clear (Binding *binding);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Binding, binding_clear)
