# Made from the tool's option table; BLESS=1 cargo test -p pcmk-cli --test generated
complete -c crm_master -f
complete -c crm_master -s 'G' -l query -d 'Show the promotion score (default)'
complete -c crm_master -s 'v' -l update -r -f -d 'Set the promotion score'
complete -c crm_master -s 'D' -l delete -d 'Delete the promotion score'
complete -c crm_master -s 'r' -l resource -r -f -d 'The resource, by default that of the agent that calls'
complete -c crm_master -s 'N' -l node -r -f -d 'The node, by default this one'
complete -c crm_master -s 'l' -l lifetime -r -f -a 'reboot forever' -d 'How long it lasts'
complete -c crm_master -s 'i' -l id -r -f -d 'XML id of the attribute'
complete -c crm_master -s 'q' -l quiet -d 'Show the value only'
complete -c crm_master -s 'V' -l verbose -d 'Show more messages'
complete -c crm_master -s '?' -l help -d 'Show this text'
complete -c crm_master -s '$' -l version -d 'Show the version'
