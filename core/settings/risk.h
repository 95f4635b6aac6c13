/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * SECTION: risk
 *
 * What a change of the settings could do that nobody wants: make this system an open relay, or shut
 * people out that come in now. Compares two snapshots; whatever was so before is no risk of the
 * change.
 */

typedef enum
{
  RISK_OPEN_RELAY, /* strangers may send mail to everywhere through this system */
  RISK_SHUT_OUT    /* somebody who may connect, log on, send or relay now could no longer */
} RiskKind;

typedef struct
{
  RiskKind kind;
  const char *setting; /* (unowned), static: the setting's name */
  char *sentence;      /* (owned) English, without a full stop */
} Risk;

/** Returns: the word for the kind on the bus: "open-relay" or "shut-out" */
const char *risk_word (RiskKind kind);

/** Returns: (transfer full) (element-type Risk): what the change from @before to @after could do;
 * open relays first */
GPtrArray *risk_assess (const Settings *before, const Settings *after);
