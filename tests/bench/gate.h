/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/stream.h"

/**
 * SECTION: gate
 *
 * Where clients come in to a server of the bench.
 */
typedef struct
{
  LoopSource source;                    /* the listening socket; the first member */
  void (*came) (int fd, gpointer user); /* fd: (transfer full) */
  gpointer user;
} Gate;

/** Listens at @address. Returns: FALSE with errno */
gboolean gate_open (Gate *gate, Loop *loop, const StreamAddress *address);
void gate_close (Gate *gate);
