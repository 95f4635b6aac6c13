/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/report-recipients.h"

#include "servers/auth/directory.h"
#include "servers/delivery/recipient-address.h"
#include "servers/policy/relay-policy.h"

#include <gio/gio.h>

struct _ReportRecipients
{
  Users *users; /* (unowned) */
  GMutex lock;
  /* Kept from report to report: there may be many aliases. Made anew when one of these changes. */
  Directory *directory;     /* (owned) (nullable) */
  Settings *settings;       /* (owned) (nullable) that it was made from */
  Credentials *credentials; /* (owned) (nullable) the same */
};

ReportRecipients *
report_recipients_new (Users *users)
{
  ReportRecipients *recipients = g_new0 (ReportRecipients, 1);
  recipients->users = users;
  g_mutex_init (&recipients->lock);
  return recipients;
}

static void
forget (ReportRecipients *recipients)
{
  g_clear_pointer (&recipients->directory, directory_unref);
  g_clear_pointer (&recipients->settings, settings_unref);
  g_clear_pointer (&recipients->credentials, credentials_unref);
}

void
report_recipients_free (ReportRecipients *recipients)
{
  if (recipients == NULL)
    return;
  forget (recipients);
  g_mutex_clear (&recipients->lock);
  g_free (recipients);
}

/* Returns: (transfer full): the directory of these settings and users */
static Directory *
get_directory (ReportRecipients *recipients, Settings *settings, Credentials *credentials)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&recipients->lock);
  if (recipients->settings != settings || recipients->credentials != credentials)
    {
      forget (recipients);
      recipients->settings = settings_ref (settings);
      recipients->credentials = credentials_ref (credentials);
      recipients->directory = directory_new (settings, credentials);
    }
  return directory_ref (recipients->directory);
}

static GPtrArray *
only (const char *sender)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (addresses, g_strdup (sender));
  return addresses;
}

GPtrArray *
report_recipients_find (ReportRecipients *recipients,
                        const Policy *policy,
                        const char *sender,
                        GError **error)
{
  g_autoptr (MailAddress) address = recipient_address_parse (sender);
  if (address == NULL || !relay_policy_is_local (policy, address))
    return only (sender);
  g_autoptr (Credentials) credentials = users_get (recipients->users, policy->settings);
  if (credentials == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "the users file can't be read, which tells whose address <%s> is", sender);
      return NULL;
    }
  g_autoptr (Directory) directory = get_directory (recipients, policy->settings, credentials);
  g_autoptr (GPtrArray) addresses = directory_expand (directory, address);
  return addresses->len > 0 ? g_steal_pointer (&addresses) : only (sender);
}
