/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/image-keeper.h"

static gboolean
note_trouble (gboolean written, const GError *error)
{
  if (!written)
    g_warning ("There is no image of the settings, so that they take longer to be in force: %s",
               error->message);
  return written;
}

gboolean
image_keeper_prepare (const char *state_dir, const Settings *settings)
{
  g_autoptr (GError) error = NULL;
  gboolean written = image_file_prepare (state_dir, settings, &error);

  return note_trouble (written, error);
}

void
image_keeper_commit (const char *state_dir, FileIdentity saved)
{
  g_autoptr (GError) error = NULL;
  gboolean written = image_file_commit (state_dir, &saved, &error);

  note_trouble (written, error);
}

void
image_keeper_renew (const char *state_dir, const Settings *settings, FileIdentity found)
{
  if (!image_file_is_of (state_dir, &found) && image_keeper_prepare (state_dir, settings))
    image_keeper_commit (state_dir, found);
}
