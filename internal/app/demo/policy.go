// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// Policies are what the city decided about licences; people are named by their login, days
// count from the beginning. By asks, Second agrees.
type Policies struct {
	Profile    LicenceProfile     `json:"profile"`
	Contexts   []LicenceContext   `json:"contexts"`
	Choices    []LicenceChoice    `json:"choices"`
	Exceptions []LicenceException `json:"exceptions"`
	Questions  []LicenceQuestion  `json:"questions"`
}

// A LicenceProfile is the city's own, made from one that comes with the program.
type LicenceProfile struct {
	By     string        `json:"by"`
	Second string        `json:"second"`
	Day    int           `json:"day"`
	From   string        `json:"from"`
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	Reason string        `json:"reason"`
	Rules  []LicenceRule `json:"rules"`
}

// A LicenceRule is one that the city added.
type LicenceRule struct {
	ID       string   `json:"id"`
	Verdict  string   `json:"verdict"`
	Contexts []string `json:"contexts"`
	Licences []string `json:"licences"`
	Classes  []string `json:"classes"`
	Note     Text     `json:"note"`
}

// A LicenceContext says how a product is used.
type LicenceContext struct {
	By       string   `json:"by"`
	Day      int      `json:"day"`
	Software string   `json:"software"` // id
	Contexts []string `json:"contexts"`
	Reason   string   `json:"reason"`
}

// A LicenceChoice is what was chosen for a component.
type LicenceChoice struct {
	By        string `json:"by"`
	Day       int    `json:"day"`
	Component string `json:"component"`
	Licence   string `json:"licence"`
	Chosen    string `json:"chosen"`
	Reason    string `json:"reason"`
}

// A LicenceException is what is allowed in spite of the profile. Days is how long; without
// Second it waits.
type LicenceException struct {
	By        string   `json:"by"`
	Second    string   `json:"second"`
	Day       int      `json:"day"`
	Licence   string   `json:"licence"`
	Component string   `json:"component"`
	Software  string   `json:"software"` // id
	Contexts  []string `json:"contexts"`
	Reason    string   `json:"reason"`
	Days      int      `json:"days"`
}

// A LicenceQuestion is one to the licence manager, with opinion and answer where there are
// some.
type LicenceQuestion struct {
	By       string `json:"by"`
	Org      string `json:"org"`
	Day      int    `json:"day"`
	Software string `json:"software"` // id
	Licence  string `json:"licence"`
	Context  string `json:"context"`
	Text     string `json:"text"`
	Opinion  string `json:"opinion"`
	Decider  string `json:"decider"`
	Answer   string `json:"answer"`
	Reason   string `json:"reason"`
	Scope    string `json:"scope"`
}
