/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/confinement/confinement.h"

#include "core/confinement/call-filter.h"
#include "core/confinement/file-fence.h"
#include "core/confinement/privileges.h"

#define FOLDER_MODE 0770

#define SERVES (CONFINEMENT_LISTENS | CONFINEMENT_NETWORK | CONFINEMENT_ASKS_PAM)

static const ConfinementProfile PROFILES[] = {
  { "posternd", "postern", CONFINEMENT_PUTS_ASIDE,
    (const char *const[]){ "revisions", "image", NULL } },
  { "postern-smtpd", "postern-smtp", SERVES,
    (const char *const[]){ "queue", "log-ons", "bans", "activity", NULL } },
  { "postern-pop3d", "postern-pop3", SERVES,
    (const char *const[]){ "mailboxes", "log-ons", "bans", "activity", NULL } },
  { "postern-deliverd", "postern-delivery", CONFINEMENT_NETWORK,
    (const char *const[]){ "mailboxes", "queue", "activity", NULL } },
};

const ConfinementProfile *
confinement_profile (const char *program)
{
  for (gsize i = 0; i < G_N_ELEMENTS (PROFILES); i++)
    if (g_str_equal (PROFILES[i].program, program))
      return &PROFILES[i];
  return NULL;
}

/* A folder that is not there can't be let out of the fence; one that can't be made is missed by
 * whoever needs it, who has the words for that. */
static char **
writable_folders (const ConfinementProfile *profile,
                  const char *state_dir,
                  const char *const *folders)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (const char *const *name = profile->writable; *name != NULL; name++)
    {
      g_autofree char *folder = g_build_filename (state_dir, *name, NULL);

      (void) g_mkdir_with_parents (folder, FOLDER_MODE);
      g_strv_builder_add (builder, folder);
    }
  for (; folders != NULL && *folders != NULL; folders++)
    g_strv_builder_add (builder, *folders);
  return g_strv_builder_end (builder);
}

gboolean
confinement_leave_root (const ConfinementProfile *profile, const char *state_dir, GError **error)
{
  return privileges_leave_root (profile->user, state_dir, error);
}

gboolean
confinement_enter (const ConfinementProfile *profile,
                   const char *state_dir,
                   const char *const *folders,
                   GError **error)
{
  gboolean listens = (profile->needs & CONFINEMENT_LISTENS) != 0;

  if (!confinement_leave_root (profile, state_dir, error))
    return FALSE;

  g_auto (GStrv) writable = writable_folders (profile, state_dir, folders);
  if (!privileges_drop (listens, error))
    return FALSE;

  int fence = file_fence_raise ((const char *const *) writable, profile->needs);
  gboolean filter = call_filter_install (profile->needs);
  g_debug ("confined: Landlock %d, seccomp %s", fence, filter ? "yes" : "no");
  return TRUE;
}
