// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package desk is what lies on the desk beside a case: files that came with it, who was named
// in its comments, what it has to do with, the texts that answers begin with, and the calendar
// of what is due. Who may see the case may see what lies beside it; who has a part in it puts
// something there.
//
// A file comes from anybody, so it is looked into before it is kept (engine/filetype), a virus
// scanner is asked where one is configured (platform/clam), and it is handed out as a
// download that runs nowhere.
package desk
