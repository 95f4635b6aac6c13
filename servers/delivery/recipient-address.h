/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/mail/mail-address.h"

/** Returns: (transfer full): a recipient as its envelope writes it, "postmaster" without a domain
 * included; %NULL when @text is none */
MailAddress *recipient_address_parse (const char *text) G_GNUC_WARN_UNUSED_RESULT;
