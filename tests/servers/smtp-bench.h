/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/worker.h"
#include "servers/smtp/smtp-services.h"
#include "tests/servers/fake-dns.h"

/** What conversations share, and a worker, without a socket: in a folder of its own, for
 * g_test_add(). The only user is ann, whose password is "secret". */
typedef struct
{
  char *folder; /* (owned) */
  FakeDns *dns; /* (owned) whom blocklists are asked of */
  Worker *worker;
  SmtpServices *services;
} SmtpBench;

/** @settings: (nullable): what stands in the settings file */
void smtp_bench_set_up (SmtpBench *bench, gconstpointer settings);
void smtp_bench_tear_down (SmtpBench *bench, gconstpointer settings);
