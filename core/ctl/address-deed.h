/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/client.h"

/**
 * SECTION: address-deed
 *
 * Something that the POP server does to each of several addresses, and says of each whether there
 * was anything to do.
 */
typedef struct
{
  const char *word;    /* "revoke": on the command line */
  const char *method;  /* "org.postern.LogOns1.Revoke": takes an address, returns a boolean */
  const char *key;     /* "revoked": of that boolean, for --json */
  const char *done;    /* with %s for the address; to be translated */
  const char *nothing; /* the same, where there was nothing to do */
} AddressDeed;

/** @addresses: NULL-terminated. Goes on after an address that fails. */
Status address_deed_run (Client *client, const AddressDeed *deed, char **addresses);
