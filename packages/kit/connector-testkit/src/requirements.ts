// The contract as a table: every requirement on a connector, in the order in which they are tested.
import type { Requirement } from "./Requirement.ts"
import { changesOneGrant } from "./requirements/changesOneGrant.ts"
import { doesItsActions } from "./requirements/doesItsActions.ts"
import { keepsNoState } from "./requirements/keepsNoState.ts"
import { namesOnlyMissingScopes, namesOnlyTypesThatLack, namesTypesThatLack } from "./requirements/honestCoverage.ts"
import { hasIdsOfTheModel } from "./requirements/hasIdsOfTheModel.ts"
import { keepsFilteredGrants } from "./requirements/keepsFilteredGrants.ts"
import { quickGivesTheSame } from "./requirements/quickGivesTheSame.ts"
import { refersToWhatItGives } from "./requirements/refersToWhatItGives.ts"
import { refusesWithoutRequiredScope } from "./requirements/refusesWithoutRequiredScope.ts"
import { refusesUnknownEntitlements } from "./requirements/refusesUnknownEntitlements.ts"
import { resumesAnywhere } from "./requirements/resumesAnywhere.ts"
import { sharesNoState } from "./requirements/sharesNoState.ts"
import { takesSeveralPages } from "./requirements/takesSeveralPages.ts"
import { tellsHolders } from "./requirements/tellsHolders.ts"
import { tellsTheSameAgain } from "./requirements/tellsTheSameAgain.ts"

/** All that every connector must do. */
export const requirements: ReadonlyArray<Requirement> = [
  { title: "MUST be tried on a world where a step takes several pages", check: takesSeveralPages },
  { title: "MUST resume from any page boundary with the same result", check: resumesAnywhere },
  { title: "MUST give the same ids and facts in every run, whenever it runs", check: tellsTheSameAgain },
  { title: "MUST NOT keep state between pages", check: keepsNoState },
  { title: "MUST NOT share state with another instance of its module", check: sharesNoState },
  {
    title: "MUST give entitlements only on resources, and grants only of entitlements, that it gives",
    check: refersToWhatItGives,
    needs: "everything",
  },
  { title: "MUST give entitlements and grants the ids of the model", check: hasIdsOfTheModel },
  { title: "MUST NOT drop the grants of one type when another type is left out", check: keepsFilteredGrants },
  {
    title: "MUST give in a quick sync what a full sync gives, and name what it lacks",
    check: quickGivesTheSame,
    needs: "everything",
  },
  {
    title: "MUST refuse, and publish nothing, without a required scope",
    check: refusesWithoutRequiredScope,
    needs: "lesserCredentials",
  },
  { title: "MUST NOT name a scope as missing while it has every scope", check: namesOnlyMissingScopes },
  {
    title: "MUST name each type that is not whole without an optional scope",
    check: namesTypesThatLack,
    needs: "lesserCredentials",
  },
  {
    title: "MUST NOT name a type that is whole without an optional scope",
    check: namesOnlyTypesThatLack,
    needs: "lesserCredentials",
  },
  { title: "MUST change one grant and no other when it grants or revokes", check: changesOneGrant, needs: "changes" },
  {
    title: "MUST refuse to grant or revoke an entitlement that it does not give",
    check: refusesUnknownEntitlements,
    needs: "changes",
  },
  { title: "MUST tell who holds what it can grant as a sync tells it", check: tellsHolders, needs: "everything" },
  {
    title: "MUST have done what an action says, and tell so when it is asked again",
    check: doesItsActions,
    needs: "changes",
  },
]
