/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"
#include "gui/lists/postern-list-editor.h"

/** Lets the authority judge what comes into @editor as rows of the list @setting. */
void list_judge_attach (PosternListEditor *editor, PosternClient *client, const char *setting);
