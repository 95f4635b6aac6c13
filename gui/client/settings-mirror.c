/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/settings-mirror.h"

#include "gui/client/client-error.h"

struct _SettingsMirror
{
  BusServerProperties1 *authority; /* (owned) (nullable): nobody to ask */
  GCancellable *cancellable;       /* (owned) (nullable): of the calls to that authority */
  GVariant *descriptions;          /* a{sa{sv}} (owned) (nullable): not loaded yet */
  GVariant *values;                /* a{sv} (owned) (nullable): not loaded yet */
  guint64 revision;
  gboolean loading;
  gboolean load_again; /* something changed while loading */
  SettingsMirrorLoaded loaded;
  gpointer user_data;
};

static void
end_load (SettingsMirror *self, gboolean changed, const GError *error)
{
  gboolean again = self->load_again && error == NULL;

  self->loading = self->load_again = FALSE;
  if (again)
    settings_mirror_load (self);
  self->loaded (changed, error, self->user_data);
}

/* @error: (transfer full). After a cancellation @self may be gone. */
static void
fail_load (SettingsMirror *self, GError *error)
{
  g_autoptr (GError) translated = client_error_translate (error);

  if (!g_error_matches (translated, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end_load (self, FALSE, translated);
}

static void
on_get (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SettingsMirror *self = user_data;
  g_autoptr (GVariant) values = NULL;
  GError *error = NULL;
  guint64 revision;

  if (!bus_server_properties1_call_get_finish (BUS_SERVER_PROPERTIES1 (source), &revision, &values,
                                               result, &error))
    {
      fail_load (self, error);
      return;
    }

  gboolean changed = self->values == NULL || revision != self->revision
                     || !g_variant_equal (values, self->values);
  g_clear_pointer (&self->values, g_variant_unref);
  self->values = g_steal_pointer (&values);
  self->revision = revision;
  end_load (self, changed, NULL);
}

static void
on_describe (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SettingsMirror *self = user_data;
  GVariant *descriptions;
  GError *error = NULL;

  if (!bus_server_properties1_call_describe_finish (BUS_SERVER_PROPERTIES1 (source), &descriptions,
                                                    result, &error))
    {
      fail_load (self, error);
      return;
    }
  g_clear_pointer (&self->descriptions, g_variant_unref);
  self->descriptions = descriptions;
  bus_server_properties1_call_get (self->authority, self->cancellable, on_get, self);
}

SettingsMirror *
settings_mirror_new (SettingsMirrorLoaded loaded, gpointer user_data)
{
  SettingsMirror *self = g_new0 (SettingsMirror, 1);

  self->loaded = loaded;
  self->user_data = user_data;
  return self;
}

void
settings_mirror_free (SettingsMirror *self)
{
  settings_mirror_follow (self, NULL);
  g_clear_pointer (&self->descriptions, g_variant_unref);
  g_clear_pointer (&self->values, g_variant_unref);
  g_free (self);
}

void
settings_mirror_follow (SettingsMirror *self, BusServerProperties1 *authority)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->loading = self->load_again = FALSE;
  g_set_object (&self->authority, authority);
  if (authority != NULL)
    self->cancellable = g_cancellable_new ();
}

void
settings_mirror_load (SettingsMirror *self)
{
  if (self->authority == NULL)
    return;
  if (self->loading)
    {
      self->load_again = TRUE;
      return;
    }
  self->loading = TRUE;
  bus_server_properties1_call_describe (self->authority, self->cancellable, on_describe, self);
}

gboolean
settings_mirror_is_loading (SettingsMirror *self)
{
  return self->loading;
}

gboolean
settings_mirror_is_filled (SettingsMirror *self)
{
  return self->values != NULL;
}

guint64
settings_mirror_get_revision (SettingsMirror *self)
{
  return self->revision;
}

GVariant *
settings_mirror_get_value (SettingsMirror *self, const char *name)
{
  return self->values != NULL ? g_variant_lookup_value (self->values, name, NULL) : NULL;
}

GVariant *
settings_mirror_get_description (SettingsMirror *self, const char *name)
{
  if (self->descriptions == NULL)
    return NULL;
  return g_variant_lookup_value (self->descriptions, name, G_VARIANT_TYPE_VARDICT);
}
