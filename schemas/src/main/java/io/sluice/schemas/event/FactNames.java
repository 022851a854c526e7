package io.sluice.schemas.event;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The names of the facts in the journal. They never change, whatever the classes are called. */
@JacksonAnnotationsInside
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FleetEvent.ZoneDeclared.class, name = "zone-declared"),
  @JsonSubTypes.Type(value = FleetEvent.ZoneRetiring.class, name = "zone-retiring"),
  @JsonSubTypes.Type(value = FleetEvent.ZoneRetired.class, name = "zone-retired"),
  @JsonSubTypes.Type(value = FleetEvent.PolicyChanged.class, name = "policy-changed"),
  @JsonSubTypes.Type(value = FleetEvent.TemplateChanged.class, name = "template-changed"),
  @JsonSubTypes.Type(value = FleetEvent.LoadObserved.class, name = "load-observed"),
  @JsonSubTypes.Type(value = FleetEvent.ServerStarted.class, name = "server-started"),
  @JsonSubTypes.Type(value = FleetEvent.ServerReady.class, name = "server-ready"),
  @JsonSubTypes.Type(value = FleetEvent.ServerReported.class, name = "server-reported"),
  @JsonSubTypes.Type(value = FleetEvent.ServerExited.class, name = "server-exited"),
  @JsonSubTypes.Type(value = FleetEvent.ServerDraining.class, name = "server-draining"),
  @JsonSubTypes.Type(value = FleetEvent.ServerDrained.class, name = "server-drained"),
  @JsonSubTypes.Type(value = FleetEvent.ServerStopped.class, name = "server-stopped"),
  @JsonSubTypes.Type(value = FleetEvent.CommandFailed.class, name = "command-failed"),
  @JsonSubTypes.Type(
      value = FleetEvent.ManualScaleRequested.class,
      name = "manual-scale-requested"),
  @JsonSubTypes.Type(value = FleetEvent.ScalingPaused.class, name = "scaling-paused"),
  @JsonSubTypes.Type(value = FleetEvent.ScalingResumed.class, name = "scaling-resumed"),
  @JsonSubTypes.Type(value = FleetEvent.BalancerStarted.class, name = "balancer-started"),
  @JsonSubTypes.Type(value = FleetEvent.BalancerLost.class, name = "balancer-lost"),
  @JsonSubTypes.Type(value = FleetEvent.RequestsWaiting.class, name = "requests-waiting"),
  @JsonSubTypes.Type(value = FleetEvent.LoadReported.class, name = "load-reported"),
  @JsonSubTypes.Type(value = FleetEvent.CanaryJudged.class, name = "canary-judged"),
  @JsonSubTypes.Type(value = FleetEvent.ConditionRaised.class, name = "condition-raised"),
  @JsonSubTypes.Type(value = FleetEvent.ConditionCleared.class, name = "condition-cleared"),
  @JsonSubTypes.Type(value = FleetEvent.LeaderElected.class, name = "leader-elected")
})
public @interface FactNames {}
