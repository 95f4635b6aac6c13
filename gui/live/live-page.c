/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/live-page.h"

#include <glib/gi18n.h>

#include "gui/live/postern-activity-page.h"
#include "gui/live/postern-check-message-page.h"

#include "gui/live/postern-mail-users-page.h"
#include "gui/live/postern-old-devices-page.h"
#include "gui/live/postern-pop-clients-page.h"
#include "gui/live/postern-queue-page.h"

static const LivePage pages[] = {
  { "activity", N_ ("Activity"), "network-transmit-receive-symbolic", postern_activity_page_new },
  { "pop-clients", N_ ("POP Clients"), "system-users-symbolic", postern_pop_clients_page_new },
  { "old-devices", N_ ("Old Devices"), "printer-symbolic", postern_old_devices_page_new },
  { "check-message", N_ ("May This Client Send This?"), "dialog-question-symbolic",
    postern_check_message_page_new },
  { "queue", N_ ("Queue"), "mail-send-receive-symbolic", postern_queue_page_new },
  { "mail-users", N_ ("Mail Users"), "avatar-default-symbolic", postern_mail_users_page_new },
  { NULL, NULL, NULL, NULL },
};

const LivePage *
live_pages (void)
{
  return pages;
}
