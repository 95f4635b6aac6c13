/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Catches what the program says in its log, from now on. To be called once, at the start. */
void caught_log_start (void);

/** Waits for a line, and fails unless it matches @pattern ("*" stands for anything) and is the only
 * one since the last call. With %NULL it fails when there is one. */
void caught_log_check (const char *pattern);
