/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules-log-ons.h"

#include "core/settings/logon-window.h"

#define UNRECORDED "pop3.log-ons.unrecorded"
#define WINDOWS "pop3.log-ons.windows"
#define SENDER_CHECK "pop3.log-ons.sender-check"

static void
check_windows (const Settings *settings, GPtrArray *findings)
{
  const TextList windows = settings->pop3.log_ons.windows;
  guint general = settings->smtp.relay.pop_client_minutes;

  for (gssize i = 0; windows[i] != NULL; i++)
    {
      g_auto (LogonWindow) window = { 0 };

      if (logon_window_parse (windows[i], &window) && window.minutes > general)
        rules_findings_warn (findings, WINDOWS, i,
                             g_strdup_printf ("%u minutes are more than the %u of all log-ons: "
                                              "this has no effect",
                                              window.minutes, general));
    }
  rules_findings_refuse_same_key (findings, WINDOWS, windows);
}

void
rules_log_ons_check (const Settings *settings, GPtrArray *findings)
{
  const LogOnSettings *log_ons = &settings->pop3.log_ons;

  rules_findings_warn_of_wide_network (findings, UNRECORDED, &log_ons->unrecorded,
                                       "a log-on from there lets nobody relay");
  check_windows (settings, findings);
  if (log_ons->sender_check == SENDER_CHECK_SHARED && log_ons->shared_addresses.length == 0)
    rules_findings_warn (findings, SENDER_CHECK, -1,
                         g_strdup ("no address is marked as shared: no sender is checked"));
}
