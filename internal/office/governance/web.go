// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"net/http"

	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func (s *Service) nav() []web.Entry {
	return []web.Entry{{Side: web.Steer, Key: "governance.nav", Href: "/governance", Permit: "governance.read"}}
}

func (s *Service) pages() []web.Page {
	const read, admin = "governance.read", "governance.admin"
	return []web.Page{
		web.Show("GET /governance", read, "tree.html", s.treePage),
		web.Show("GET /governance/org/{org}", read, "org.html", s.orgPage),
		web.Show("GET /governance/add", admin, "org_form.html", s.newOrg),
		web.Form("POST /governance/add", admin, "org_form.html", s.addOrg),
		web.Show("GET /governance/org/{org}/edit", admin, "org_form.html", s.editOrg),
		web.Form("POST /governance/org/{org}/edit", admin, "org_form.html", s.changeOrg),

		web.Show("GET /governance/people", read, "people.html", s.peoplePage),
		web.Show("GET /governance/person/{person}", read, "person.html", s.personPage),
		web.Show("GET /governance/people/add", admin, "person_form.html", s.newPerson),
		web.Form("POST /governance/people/add", admin, "person_form.html", s.addPerson),
		web.Show("GET /governance/person/{person}/edit", admin, "person_form.html", s.editPerson),
		web.Form("POST /governance/person/{person}/edit", admin, "person_form.html", s.changePerson),
		web.Form("POST /governance/person/{person}/link", admin, "person.html", s.invitePerson),
		web.Form("POST /governance/person/{person}/mail", admin, "person.html", s.mailPerson),
		web.Do("POST /governance/person/{person}/close", admin, s.closePerson),
		web.Do("POST /governance/person/{person}/reopen", admin, s.reopenPerson),

		web.Show("GET /governance/tokens", read, "tokens.html", s.tokensPage),
		web.Show("GET /governance/tokens/add", read, "token_form.html", s.newToken),
		web.Form("POST /governance/tokens/add", read, "token_form.html", s.addToken),
		web.Do("POST /governance/tokens/{token}/revoke", read, s.revokeToken),

		web.Show("GET /me", read, "me.html", s.mePage),
		web.Show("GET /me/password", read, "password.html", s.passwordPage),
		web.Form("POST /me/password", read, "password.html", s.changePassword),
		web.Do("POST /me/session/{session}/end", read, s.endSession),
		web.Do("POST /act-for", read, s.actFor),

		web.Form("GET /sign-in", web.Anyone, "sign_in.html", s.signInPage),
		web.FormCookie("POST /sign-in", web.Anyone, "sign_in.html", s.signIn),
		web.Show("GET /forgot", web.Anyone, "forgot.html", s.forgotPage),
		web.Form("POST /forgot", web.Anyone, "forgot.html", s.forgot),
		web.DoCookie("POST /sign-out", web.Anyone, s.signOut),
		web.Show("GET /welcome/{link}", web.Anyone, "welcome.html", s.welcomePage),
		web.FormCookie("POST /welcome/{link}", web.Anyone, "welcome.html", s.welcome),
		web.DoCookie("POST /prefs", web.Anyone, s.prefs),
	}
}

func mayAdmin(r *http.Request) bool { return door.From(r.Context()).May("governance.admin") }
