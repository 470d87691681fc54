GRAPH = '''
digraph vae {
  rankdir = LR
  node [shape=circle]
  // encoder
  x -> enc; phi -> enc
  enc -> mu_Y ; enc -> var_Y
  enc -> mu_Z ; enc -> var_Z
  // codes
  var_Y -> "sigma Y" -> y [label="times eps"]
  eps_Y -> y ; mu_Y -> y
  var_Z -> "sigma Z" -> z
  eps_Z -> z ; mu_Z -> z
  # decoder
  y -> logits -> recon -> loss
  z -> logits; theta -> logits; x -> logits; x -> recon
  /* divergences */
  mu_Y -> KL_Y -> kl; var_Y -> KL_Y; prior -> KL_Y
  mu_Z -> KL_Z -> kl; var_Z -> KL_Z; prior -> KL_Z
  kl -> loss
}
'''


def computation_graph():
    return GRAPH
